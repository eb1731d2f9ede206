/** What `generate` says on its way, and in the end. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '../media/write-whole.ts'
import type { Made } from '../miner/generate.ts'
import { MISSING } from '../miner/generate-batch.ts'
import { EXIT_ERROR } from './exit-codes.ts'
import type { GenerateOptions } from './miner-generate-asked.ts'
import type { Face } from './miner-options.ts'
import { printLine, type Voice } from './miner-voice.ts'
import { cell, note, print, printJson, type StatusLine } from './output.ts'

/** Without a terminal a line for so many. */
const LINE_EVERY = 10

export function tellProgress(voice: Voice, status: StatusLine, made: Made, done: number, of: number): void {
  if (made.state === 'failed') {
    status.clear()
    voice.warn(`${cell(made.stem)} was not generated: ${cell(made.detail)}`)
  }
  if (process.stderr.isTTY !== true && (done % LINE_EVERY === 0 || done === of)) voice.progress(`${done} of ${of}`)
  status.show(`${done} of ${of} models`)
}

export function finish(
  face: Face,
  { json, promptsJson }: GenerateOptions,
  dir: string,
  made: readonly Made[],
  refused: ReadonlyMap<string, string>,
) {
  const failed = made.filter((each) => each.state === 'failed')
  if (failed.length > 0) process.exitCode = EXIT_ERROR
  const stems = failed.map(({ stem }) => stem).join(', ')
  const isMissing = promptsJson !== undefined && failed.every(({ detail }) => detail === MISSING)
  const error =
    face === 'original' && isMissing
      ? `Missing generated outputs for stems: ${stems}`
      : `${failed.length} of ${made.length} prompts were not generated: ${stems}`
  // The original tells of success whatever happened.
  if (face === 'original') return printLine(failed.length > 0 ? { success: false, error } : { success: true })
  const generated = made.filter((each) => each.state === 'generated')
  const unchanged = made.filter((each) => each.state === 'unchanged')
  if (json) {
    return printJson({
      ...{ success: failed.length === 0, ...(failed.length > 0 && { error }), output_folder: dir },
      ...{ generated: generated.length, unchanged: unchanged.length },
      failed: failed.map(({ stem, attempts, detail }) => ({ stem, attempts, detail })),
      refused: Object.fromEntries(refused),
      models: Object.fromEntries(
        made.flatMap((each) =>
          each.state === 'failed'
            ? []
            : [
                [
                  each.stem,
                  {
                    file: each.file,
                    size: each.size,
                    ...(each.state === 'generated' && { seconds: each.seconds, attempts: each.attempts }),
                  },
                ],
              ],
        ),
      ),
    })
  }
  print(`${generated.length} generated, ${unchanged.length} unchanged, in ${dir}`)
  if (failed.length > 0) print(error)
  if (refused.size > 0)
    note(`  do     ${refused.size} would not be taken: \`roundkeeper media check ${dir}\` says why, and what to do.`)
  if (failed.length > 0) note('  do     Run again: what is finished is kept.')
}

/** Under both names that the original gives it; gone when there are none any more. */
export async function saveFailures(dir: string, made: readonly Made[]): Promise<void> {
  const failed = made.flatMap((each) => (each.state === 'failed' ? [[each.stem, each.detail] as const] : []))
  const text = `${JSON.stringify(Object.fromEntries(failed), null, 2)}\n`
  for (const path of ['_failed.json', 'failed.json'].map((name) => join(dir, name))) {
    if (failed.length > 0) await writeWhole(path, Buffer.from(text))
    else await rm(path, { force: true })
  }
}
