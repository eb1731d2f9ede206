import { Command, InvalidArgumentError } from 'commander'
import { findStandstill } from '../engine/standstill.ts'
import { type WorkDue, workDue } from '../rules/work-due.ts'
import { print, printJson } from './output.ts'
import { openReading } from './reading.ts'

/** GitHub's own limit of a matrix. */
const MAX_SHARDS = 256
const DEFAULT_SHARDS = 4

interface Options {
  repo: string
  shards: number
  tokenEnv: string
  json?: boolean
}

export const dueCommand = new Command('due')
  .summary('say which machines a competition needs now')
  .description(
    'Reads the repository, and nothing else, and says which kinds of work may be waiting: for whoever starts machines,\n' +
      'and hands keys to them, only where there is something to do.',
  )
  .option('-r, --repo <source>', 'github:OWNER/NAME, a URL, a clone, a bundle or a folder of `init`', '.')
  .option('--shards <n>', 'among how many machines the uploads are shared out', shards, DEFAULT_SHARDS)
  .option('--token-env <name>', 'environment variable with the token for GitHub', 'GITHUB_TOKEN')
  .option('--json', 'print the result as JSON')
  .addHelpText(
    'after',
    '\nWithout --json, lines NAME=VALUE as a job of GitHub Actions writes them to $GITHUB_OUTPUT.\n' +
      '\nExit codes: 0 told, 1 error, 2 wrong usage.\n' +
      '\nExamples:\n  $ roundkeeper due --repo github:owner/competition --shards 8 >> "$GITHUB_OUTPUT"\n' +
      '  $ roundkeeper due --repo my-competition --json\n',
  )
  .action(async ({ repo: source, shards: count, tokenEnv, json }: Options) => {
    await using repo = await openReading(source, process.env[tokenEnv])
    const { standstill } = await findStandstill(repo)
    const { current_round: round, stage } = standstill.state
    const due = workDue(standstill, new Date())
    if (json) printJson({ round, stage, ...due, shards: shardsOf(due, count) })
    else for (const line of outputsOf(due, count)) print(line)
  })

const shardsOf = ({ uploads }: WorkDue, count: number): string[] =>
  uploads ? Array.from({ length: count }, (_, i) => `${i + 1}/${count}`) : []

/** Nothing that a stranger wrote is in them. */
const outputsOf = (due: WorkDue, count: number): string[] => [
  `commit=${due.commit}`,
  `shards=${JSON.stringify(shardsOf(due, count))}`,
  `judging=${due.judging}`,
  `running=${due.running}`,
]

function shards(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 1 && value <= MAX_SHARDS) return value
  throw new InvalidArgumentError(`expected a whole number of machines from 1 to ${MAX_SHARDS}`)
}
