import { Command } from 'commander'
import { type Intervened, intervene, type Wanted } from '../engine/intervene.ts'
import { titleOf } from '../rules/intervention.ts'
import { ENGINE } from '../version.ts'
import { print, printJson } from './output.ts'

export interface ActOptions {
  dir: string
  reason: string
  json?: boolean
  dryRun?: boolean
}

/** One command for one kind of act; `wanted` makes the act of what was typed. */
export interface ActCommand<Arguments extends unknown[], Options> {
  readonly name: string
  readonly summary: string
  readonly description?: string
  readonly examples: readonly string[]
  wanted(options: ActOptions & Options, ...args: Arguments): Wanted
}

export function actCommand<Arguments extends unknown[] = [], Options = object>(
  act: ActCommand<Arguments, Options>,
): Command {
  const { name, summary, description = `${summary[0]?.toUpperCase()}${summary.slice(1)}.`, examples } = act
  const shown = examples.map((example) => `  $ roundkeeper ${example}\n`).join('')
  return new Command(name)
    .summary(summary)
    .description(`${description} The act and its reason are committed under interventions/.`)
    .option('-d, --dir <folder>', 'folder of the competition (made by `init`)', '.')
    .requiredOption('-r, --reason <text>', 'why; anybody can read it')
    .option('--dry-run', 'say what would change, and change nothing')
    .option('--json', 'print the new state and what was changed as JSON')
    .addHelpText('after', `\n${examples.length > 1 ? 'Examples' : 'Example'}:\n${shown}`)
    .action(async (...given: unknown[]) => {
      // Arguments, then options, then the command itself.
      const options = given.at(-2) as ActOptions & Options
      const done = await perform(act.wanted(options, ...(given.slice(0, -2) as Arguments)), options)
      if (options.json) printJson(asJson(done))
      else for (const line of linesOf(done)) print(line)
    })
}

async function perform(wanted: Wanted, { dir, reason, dryRun = false }: ActOptions): Promise<Intervened> {
  const { openOperator } = await import('./operator.ts')
  await using operator = await openOperator(dir, { runsImages: false })
  const { repo, clock, chain } = operator
  const by = await operator.human()
  const committer = { repo, clock, by, run: 'local', engine: ENGINE, commitEveryMs: 0 }
  return intervene(committer, wanted, reason, { chain, dryRun })
}

function asJson({ state, record, path, moves, written, commit }: Intervened) {
  return { ...state, act: record, record: path, archived: Object.fromEntries(moves), written, commit: commit ?? null }
}

function linesOf({ state, record, path, moves, written, commit }: Intervened): string[] {
  const { current_round: round, stage, paused_from: from, attempt } = state
  const held = from === undefined ? '' : `, in ${from}`
  const where = `round ${round}: ${stage}${held}${attempt === undefined ? '' : `, attempt ${attempt}`}`
  const files = [...[...moves].map(([old, now]) => `  ${old} → ${now}`), ...written.map((at) => `  ${at}`)]
  if (commit === undefined) return [`would ${titleOf(record)}, and change nothing else than this:`, ...files, where]
  const away = moves.size === 0 ? [] : [`  ${moves.size} files went to ${folderOf(moves)}, as they were`]
  return [where, ...away, `  on record in ${path}, commit ${commit.slice(0, 10)}`]
}

const folderOf = (moves: ReadonlyMap<string, string>) =>
  /^rounds\/\d+\/attempts\/\d+\//.exec([...moves.values()][0] ?? '')?.[0] ?? ''
