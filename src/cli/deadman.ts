import { Command, InvalidArgumentError } from 'commander'
import { type Found, findStandstill } from '../engine/standstill.ts'
import { SystemClock } from '../engine/system-clock.ts'
import { RoundkeeperError } from '../errors.ts'
import { type Lateness, lateness } from '../rules/lateness.ts'
import { describeMissing, isLasting, recovered, type Trouble, troubleOf, unreadable } from './deadman-told.ts'
import { EXIT_LATE } from './exit-codes.ts'
import { errorAsJson, print, printJson } from './output.ts'
import { openReading } from './reading.ts'

/** Two hours on Bittensor: what a schedule of GitHub may well be late. */
const LATE_BLOCKS = 600

interface Options {
  repo: string
  lateBlocks: number
  issues?: string
  tokenEnv: string
  json?: boolean
}

/** What was seen: how late it is, or why that cannot be told. */
type Seen = { readonly found: Found; readonly late: Lateness } | { readonly error: RoundkeeperError }

export const deadmanCommand = new Command('deadman')
  .summary('say when a competition stands still, in an issue')
  .description(
    'Reads the repository, and nothing else, and says how many blocks a stage is late, what is missing and what to do.\n' +
      'With --issues it keeps one issue on GitHub: opened when the limit is passed, brought up to date, closed when it goes on.',
  )
  .option('-r, --repo <source>', 'github:OWNER/NAME, a URL, a clone, a bundle or a folder of `init`', '.')
  .option('--late-blocks <n>', 'how late a stage may be, in blocks', blocks, LATE_BLOCKS)
  .option('--issues <owner/name>', 'the repository on GitHub that gets the issue')
  .option('--token-env <name>', 'environment variable with the token for GitHub', 'GITHUB_TOKEN')
  .option('--json', 'print the result as JSON')
  .addHelpText(
    'after',
    '\nExit codes: 0 on time, 1 error, 4 late.\n' +
      '\nThe token needs the permission Issues (read and write), and Contents (read) for a private repository.\n' +
      '\nExamples:\n  $ roundkeeper deadman --repo https://github.com/owner/competition\n' +
      '  $ roundkeeper deadman --repo github:owner/competition --issues owner/competition --late-blocks 900 --json\n',
  )
  .action(async (options: Options) => {
    const now = new Date()
    const seen = await look(options, now)
    const trouble = troubleIn(seen, options.lateBlocks, now)
    if (options.issues !== undefined) await tell(options.issues, options.tokenEnv, seen, trouble)
    if (options.json) printJson(asJson(seen, options, trouble))
    else if (trouble === undefined) print('On time.')
    else print(`${trouble.title}\n\n${trouble.body}`)
    process.exitCode = trouble === undefined ? 0 : EXIT_LATE
  })

/** @throws RoundkeeperError for what may pass by itself, and for wrong usage */
async function look({ repo: source, tokenEnv }: Options, now: Date): Promise<Seen> {
  await using repo = await openReading(source, process.env[tokenEnv])
  try {
    const found = await findStandstill(repo)
    return { found, late: lateness(found.standstill, now) }
  } catch (error) {
    if (isLasting(error)) return { error }
    throw error
  }
}

function troubleIn(seen: Seen, limit: number, now: Date): Trouble | undefined {
  if ('error' in seen) return unreadable(seen.error)
  return seen.late.lateBlocks > limit ? troubleOf(seen.found, seen.late, now) : undefined
}

async function tell(repository: string, tokenEnv: string, seen: Seen, trouble: Trouble | undefined): Promise<void> {
  const token = process.env[tokenEnv]
  if (!token) {
    throw new RoundkeeperError('unauthorised', 'there is no token to write the issue with', {
      where: tokenEnv,
      hint: 'Set the variable to a token with the permission Issues, or name another with --token-env.',
    })
  }
  const { StandingIssue } = await import('../notify/standing-issue.ts')
  const baseUrl = process.env.GITHUB_API_URL || undefined
  const issue = new StandingIssue({ repository, token, marker: 'deadman', clock: new SystemClock(), baseUrl })
  const { signal } = new AbortController()
  if (trouble !== undefined) await issue.raise(trouble.title, trouble.body, signal)
  else if ('found' in seen) await issue.settle(recovered(seen.found.head), signal)
}

function asJson(seen: Seen, { lateBlocks: limit, issues }: Options, trouble: Trouble | undefined) {
  const told = {
    late: trouble !== undefined,
    limit_blocks: limit,
    title: trouble?.title ?? null,
    body: trouble?.body ?? null,
    issue: issues === undefined ? null : { repository: issues, state: trouble === undefined ? 'closed' : 'open' },
  }
  if ('error' in seen) return { ...told, error: errorAsJson(seen.error) }
  const { found, late } = seen
  const { state, config, lastStepAt } = found.standstill
  return {
    competition: config.name,
    head: found.head,
    round: state.current_round,
    stage: state.stage,
    last_step_at: lastStepAt.toISOString(),
    due: late.due?.toISOString() ?? null,
    late_blocks: late.lateBlocks,
    missing: late.missing.map((missing) => ({ ...missing, ...describeMissing(missing) })),
    ...told,
  }
}

function blocks(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError('expected a whole number of blocks from 0 on')
  }
  return value
}
