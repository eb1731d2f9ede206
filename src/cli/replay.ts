import { isDeepStrictEqual, styleText } from 'node:util'
import { Command, InvalidArgumentError } from 'commander'
import { RoundkeeperError } from '../errors.ts'
import { openSource } from '../repo/open.ts'
import { stemOf } from '../rules/prompts.ts'
import type { Compared } from '../verify/compare.ts'
import { type Replay, replay } from '../verify/replay.ts'
import type { RoundReplay } from '../verify/replay-round.ts'
import { outcomesOf } from '../verify/summary.ts'
import { EXIT_DIFFERS } from './exit-codes.ts'
import { print, printJson, shortKey, table } from './output.ts'
import { sourceOf } from './source.ts'

export const replayCommand = new Command('replay')
  .summary('decide recorded rounds again and compare')
  .description(
    'Decides every round again from its recorded evidence and prints recorded beside recomputed. Only reads.',
  )
  .argument('<source>', 'a git bundle, a clone, a bare repository, a folder made by `init`, or a URL')
  .option('--round <n>', 'only this round', roundNumber)
  .option('--json', 'print as JSON')
  .addHelpText(
    'after',
    '\nExit codes: 0 nothing differs, 1 error, 5 something differs.\n' +
      '\nExamples:\n  $ roundkeeper replay competition.bundle\n  $ roundkeeper replay https://github.com/owner/competition --round 3 --json\n',
  )
  .action(async (source: string, options: { round?: number; json?: boolean }) => {
    await using repo = await openSource(await sourceOf(source))
    const result = await replay(repo, options.round)
    if (options.round !== undefined && result.rounds.length === 0) {
      throw new RoundkeeperError('usage', `round ${options.round} is not on record`, {
        where: source,
        hint: 'See `roundkeeper status` for the rounds that there are.',
      })
    }
    if (options.json) printJson(result)
    else printReplay(result)
    if (result.summary.differ > 0) process.exitCode = EXIT_DIFFERS
  })

function printReplay(result: Replay): void {
  const { competition, head, rounds, rounds_on_record, crown, summary } = result
  print(`${competition} at ${head.slice(0, 10)}`)
  if (rounds.length === 0 && summary.differ === 0) {
    print('No round has been decided yet.')
    return
  }
  for (const round of rounds) printRound(round)
  print(`\n${styleText('bold', 'the whole competition')}`)
  const rows = [row('rounds_on_record', rounds_on_record), ...(crown ? [row('crown', crown)] : [])]
  print(table(['', 'recorded', 'recomputed', '', ''], rows))
  print(`\n${summaryLine(result)}`)
}

/** `12 of 13 comparisons equal, 1 differs, 0 unknown: round 0 winner` */
function summaryLine(result: Replay): string {
  const { compared, equal, differ, unknown } = result.summary
  const names = outcomesOf(result)
    .filter((outcome) => outcome.equal === false)
    .map(({ round, of }) => (round === undefined ? label(of) : `round ${round} ${label(of)}`))
  const count = `${equal} of ${compared} comparisons equal, ${differ} ${differ === 1 ? 'differs' : 'differ'}, ${unknown} unknown`
  return names.length === 0 ? count : `${count}: ${names.join(', ')}`
}

const comparedKeys = [
  'submissions',
  'seed',
  'carryover',
  'prompts',
  'qualified',
  'timeline',
  'audits',
  'verdicts',
  'winner',
  'leader',
  'schedule',
] as const

function printRound(round: RoundReplay): void {
  const by = round.config_of === undefined ? '' : `, by config.json as of ${round.config_of.slice(0, 10)}`
  print(`\n${styleText('bold', `round ${round.round}`)}${by}`)
  const rows = comparedKeys.map((key) => row(key, round[key]))
  const { checked, equal, differences } = round.matches
  const notes = shownDifferences(differences)
  rows.splice(4, 0, [label('matches'), `${checked}`, `${equal} equal`, mark(checked === equal), notes.join('; ')])
  print(table(['', 'recorded', 'recomputed', '', ''], rows))
}

function row(key: string, { recorded, recomputed, equal, note, differences = [] }: Compared<unknown>): string[] {
  // One audit more than the rules ask for breaks nothing, but is not the same.
  const marked = equal && !isDeepStrictEqual(recorded, recomputed) ? styleText('green', 'ok') : mark(equal)
  const notes = [...(note === undefined ? [] : [note]), ...shownDifferences(differences)]
  return [label(key), brief(recorded), brief(recomputed), marked, notes.join('; ')]
}

function shownDifferences(differences: readonly string[]): string[] {
  const more = differences.length - MAX_SHOWN
  return [...differences.slice(0, MAX_SHOWN), ...(more > 0 ? [`${more} more (see --json)`] : [])]
}

const MAX_SHOWN = 3

const labels: Readonly<Record<string, string>> = {
  carryover: 'prompts carried over',
  matches: 'match margins',
  audits: 'audits required',
  verdicts: 'audit verdicts',
  leader: 'leader entry',
  schedule: 'next schedule',
  rounds_on_record: 'rounds on record',
}
const label = (key: string) => labels[key] ?? key

const mark = (equal: boolean | null) =>
  equal === null ? styleText('dim', 'unknown') : equal ? styleText('green', 'equal') : styleText('red', 'DIFFERS')

/** Long lists by their number, short ones by name, entries by what matters in them. */
function brief(value: unknown): string {
  if (value === null) return '-'
  if (Array.isArray(value)) {
    if (value.length === 0) return 'none'
    if (typeof value[0] === 'object') return `${value.length} entries`
    return value.length > 3 ? `${value.length}` : value.map((item) => shortName(String(item))).join(', ')
  }
  if (typeof value === 'string') return shortName(value)
  if (typeof value !== 'object') return String(value)
  const entry = value as Record<string, unknown>
  if ('weight' in entry) return `${shortKey(String(entry.hotkey))} ${entry.weight} from ${entry.effective_block}`
  return Object.values(entry).join(' / ')
}

/** Addresses by the name of their file, hotkeys by their beginning. */
const shortName = (text: string) => (URL.canParse(text) ? stemOf(text) : shortKey(text))

function roundNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('expected a round number from 0 on')
  return value
}
