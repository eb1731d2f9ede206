import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import { RoundkeeperError } from '../errors.ts'
import type { Manifest } from '../work/manifest.ts'
import { ALL, parseShare, type Share } from '../work/share.ts'
import { minutes } from './advance.ts'
import { debugging } from './debug.ts'
import { EXIT_LATE, EXIT_OK } from './exit-codes.ts'
import { print, printError, printJson } from './output.ts'
import { KINDS, type Kind, kindsOf } from './work-kinds.ts'

export interface WorkOptions {
  dir: string
  out?: string
  shard?: string
  kinds?: Kind[]
  list?: boolean
  maxMinutes?: number
  run?: string
  json?: boolean
}

/** A folder, and what is in it. */
export interface Worked extends Manifest {
  /** Keys of the evidence that was written. */
  readonly evidence: readonly string[]
  readonly errors: readonly unknown[]
}

export const workCommand = new Command('work')
  .summary('gather evidence for a competition, and commit nothing')
  .description(
    'Does what the next tick would have to do (downloads, previews, duels, audits), or a share of it, and leaves the\n' +
      'evidence in a folder. Nothing is committed and nothing is written to the competition’s store: `roundkeeper reduce`\n' +
      'lets the evidence in, and the next tick finds it. Needs no token that can push and no right to write to the store.',
  )
  .option('-d, --dir <folder>', 'folder of the competition (made by `init`)', '.')
  .option('-o, --out <folder>', 'where the evidence goes; made if it is not there')
  .option('--shard <i/n>', 'only this share: all of one miner is in one share')
  .option('--kinds <list>', `only these: ${KINDS.join(', ')}; without the last one where --shard is given`, kindsOf)
  .option('--list', 'only tell what there is to gather; touches nothing of a miner’s')
  .option('--max-minutes <n>', 'stop in good order after this time', minutes)
  .option('--run <name>', 'name of this run, for the manifest', process.env.GITHUB_RUN_ID ?? 'local')
  .option('--json', 'print the result as JSON')
  .addHelpText(
    'after',
    '\nExit codes: 0 the share is done (or there is nothing to do), 1 error, 4 some of it is left.\n' +
      '\nExamples:\n  $ roundkeeper work --dir my-competition --list --json\n' +
      '  $ roundkeeper work --dir my-competition --out evidence\n' +
      '  $ roundkeeper work --dir my-competition --out evidence-2 --shard 2/8 --max-minutes 40\n' +
      '  $ roundkeeper work --dir my-competition --out audits --kinds regeneration,preview,distance\n',
  )
  .action(async (options: WorkOptions) => {
    const share = options.shard === undefined ? ALL : parseShare(options.shard)
    const kinds = kindsFor(options.kinds, share)
    if (options.list) {
      const { listWork } = await import('./work-list.ts')
      return listWork(options)
    }
    const folder = resolve(options.out ?? missingOut())
    await mkdir(join(folder), { recursive: true })
    const { runWork } = await import('./work-run.ts')
    const worked = await runWork(options, folder, share, kinds)
    if (options.json) printJson({ ...worked, errors: worked.errors.map(String) })
    else tell(worked)
    process.exitCode = worked.failed.length + worked.errors.length > 0 ? EXIT_LATE : EXIT_OK
  })

function kindsFor(kinds: readonly Kind[] | undefined, { of }: Share): readonly Kind[] {
  if (of === 1) return kinds ?? KINDS
  if (kinds?.includes('regeneration')) {
    throw new RoundkeeperError('usage', 'miners’ images are run by one machine, which holds all their pods', {
      where: '--kinds regeneration',
      hint: 'Leave --shard out, and the other kinds to other runs.',
    })
  }
  return kinds ?? KINDS.filter((kind) => kind !== 'regeneration')
}

function missingOut(): never {
  throw new RoundkeeperError('usage', 'where is the evidence to go?', {
    where: '--out',
    hint: 'Name a folder with --out; or ask with --list what there is to gather.',
  })
}

function tell({ evidence, errors, failed, made, left, round, stage }: Worked): void {
  for (const key of evidence) print(key)
  for (const error of errors) printError(error, debugging())
  for (const { what, why } of failed.slice(0, MAX_TOLD)) print(`failed: ${what}: ${why}`)
  const did = Object.entries(made).map(([kind, count]) => `${count} ${kind}`)
  print(
    `round ${round}, ${stage}: ${did.join(', ') || 'nothing to gather'}` +
      `${failed.length > 0 ? `; ${failed.length} failed` : ''}${left > 0 ? `; ${left} are others’` : ''}`,
  )
}

const MAX_TOLD = 20
