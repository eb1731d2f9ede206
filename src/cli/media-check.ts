import { availableParallelism } from 'node:os'
import { styleText } from 'node:util'
import { Command } from 'commander'
import pLimit from 'p-limit'
import { isError, type RoundkeeperError } from '../errors.ts'
import { type Check, checkFile } from '../media/check-file.ts'
import { FILE_LIMITS } from '../media/file-fault-guide.ts'
import { findModels } from '../media/find-models.ts'
import { debugging } from './debug.ts'
import { EXIT_ERROR, EXIT_OK, EXIT_USAGE } from './exit-codes.ts'
import { describeCounts } from './media-lines.ts'
import { localRenderer, sizeOption } from './media-options.ts'
import { cell, errorAsJson, print, printError, printJson, StatusLine, table } from './output.ts'

interface Options {
  readonly size: number
  readonly limits?: boolean
  readonly json?: boolean
}

export const mediaCheckCommand = new Command('check')
  .summary('would these models be taken? If not: why, and what to do')
  .description(
    'Reads and draws each model exactly as a competition does, and says what would be rejected, with the reason code that the\n' +
      'record would show, and the remedy.',
  )
  .argument('[files...]', 'files, folders with all below them, or globs in quotes')
  .addOption(sizeOption())
  .option('--limits', 'show all limits')
  .option('--json', 'print one JSON object')
  .addHelpText(
    'after',
    '\nExit codes: 0 all would be taken, 1 some would be rejected, 2 wrong usage, or it could not be found out.\n' +
      '\nExamples:\n  $ roundkeeper media check model.glb\n  $ roundkeeper media check models/ "more/*.ply" --json\n',
  )
  .action(async (files: string[], options: Options, command: Command) => {
    if (files.length === 0 && !options.limits) command.error('error: name at least one file')
    try {
      const checks = await checkAll(files, options.size)
      if (options.json) printJson({ checks, limits: Object.fromEntries(FILE_LIMITS) })
      else tell(checks, options.limits === true)
      process.exitCode = exitCodeOf(checks)
    } catch (error) {
      // Not 1, which would say that something was found out.
      if (!isError(error)) throw error
      if (options.json) printJson({ error: errorAsJson(error) })
      printError(error, debugging())
      process.exitCode = EXIT_USAGE
    }
  })

async function checkAll(names: readonly string[], size: number): Promise<Check[]> {
  const paths = await findModels(names)
  await using renderer = localRenderer(paths.length)
  const progress = new StatusLine()
  const limit = pLimit(availableParallelism())
  const never = new AbortController().signal
  let done = 0
  const checks = await Promise.all(
    paths.map((path) =>
      limit(async () => {
        const check = await checkFile(path, renderer, size, never).catch((error: unknown) => {
          // One of many holds up no other.
          if (paths.length > 1 && isError(error, 'not-found')) return unreadable(path, error)
          throw error
        })
        done++
        if (paths.length > 1) progress.show(`${done} of ${paths.length}`)
        return check
      }),
    ),
  )
  progress.clear()
  return checks
}

const unreadable = (file: string, { message: detail, hint }: RoundkeeperError): Check => ({
  ...{ file, kind: null, bytes: 0, ok: false, fault: 'infrastructure' },
  ...{ code: 'unreadable', detail, meaning: null, remedy: hint ?? null },
})

function tell(checks: readonly Check[], limits: boolean): void {
  for (const check of checks) {
    if (check.ok) {
      print(`${styleText('green', 'taken')}     ${cell(check.file)}  ${describeCounts(check)}`)
      continue
    }
    const unknown = check.fault === 'infrastructure'
    const word = unknown ? styleText('yellow', 'unknown') : styleText('red', 'rejected')
    print(`${word}  ${cell(check.file)}  ${check.code}: ${cell(check.detail)}`)
    if (check.meaning) print(`  means   ${check.meaning}`)
    print(`  do      ${check.remedy ?? 'This is no fault of the file: try again.'}`)
  }
  const rejected = checks.filter((check) => !check.ok && check.fault === 'file').length
  if (checks.length > 1) print(`${checks.length} files, ${rejected} would be rejected`)
  const aboutLimits = checks.some(
    (check) => !check.ok && ['limit', 'work_budget', 'out_of_bounds'].includes(check.code),
  )
  if (limits || aboutLimits) print(`\n${table(['at most', ''], FILE_LIMITS)}`)
}

function exitCodeOf(checks: readonly Check[]): number {
  const faults = new Set(checks.map((check) => (check.ok ? undefined : check.fault)))
  if (faults.has('file')) return EXIT_ERROR
  return faults.has('infrastructure') ? EXIT_USAGE : EXIT_OK
}
