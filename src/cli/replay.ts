import { styleText } from 'node:util'
import { Command, InvalidArgumentError } from 'commander'
import { RoundkeeperError } from '../errors.ts'
import { openSource } from '../repo/open.ts'
import { stemOf } from '../rules/prompts.ts'
import type { Compared } from '../verify/compare.ts'
import { replay } from '../verify/replay.ts'
import type { RoundReplay } from '../verify/replay-round.ts'
import { EXIT_ERROR } from './exit-codes.ts'
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
    '\nExit codes: 0 everything that can be recomputed is equal, 1 something differs.\n' +
      '\nExamples:\n  $ roundkeeper replay competition.bundle\n  $ roundkeeper replay https://github.com/owner/competition --round 3 --json\n',
  )
  .action(async (source: string, options: { round?: number; json?: boolean }) => {
    await using repo = await openSource(await sourceOf(source))
    const result = await replay(repo, options.round)
    if (result.rounds.length === 0) {
      throw new RoundkeeperError(
        'usage',
        options.round === undefined ? 'no round has been decided yet' : `round ${options.round} is not on record`,
        {
          where: source,
          hint: 'See `roundkeeper status` for the rounds that there are.',
        },
      )
    }
    if (options.json) printJson(result)
    else {
      print(`${result.competition} at ${result.head.slice(0, 10)}`)
      for (const round of result.rounds) printRound(round)
    }
    if (result.summary.differ > 0) process.exitCode = EXIT_ERROR
  })

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
  const rows = comparedKeys.map((key) => {
    const { recorded, recomputed, equal, note }: Compared<unknown> = round[key]
    return [labels[key], brief(recorded), brief(recomputed), mark(equal), note ?? '']
  })
  const { checked, equal, differences } = round.matches
  rows.splice(4, 0, [
    'match margins',
    `${checked}`,
    `${equal} equal`,
    mark(checked === equal),
    differences.slice(0, 3).join('; '),
  ])
  print(table(['', 'recorded', 'recomputed', '', ''], rows))
}

const labels: Readonly<Record<(typeof comparedKeys)[number], string>> = {
  submissions: 'submissions',
  seed: 'seed',
  carryover: 'prompts carried over',
  prompts: 'prompts',
  qualified: 'qualified',
  timeline: 'timeline',
  audits: 'audits required',
  verdicts: 'audit verdicts',
  winner: 'winner',
  leader: 'leader entry',
  schedule: 'next schedule',
}

const mark = (equal: boolean | null) =>
  equal === null ? styleText('dim', 'unknown') : equal ? styleText('green', 'equal') : styleText('red', 'DIFFERS')

/** Long lists by their number, short ones by name, entries by what matters in them. */
function brief(value: unknown): string {
  if (value === null) return '-'
  if (Array.isArray(value)) {
    if (value.length === 0) return 'none'
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
