import { Command, InvalidArgumentError } from 'commander'
import type { Progress } from '../engine/owner.ts'
import { debugging } from './debug.ts'
import { describeReport } from './describe.ts'
import { exitCodeOf } from './exit-codes.ts'
import { errorAsJson, note, print, printError, printJson, StatusLine } from './output.ts'
import { stopSignal } from './stop-signal.ts'
import { type TickReport, tick } from './tick.ts'

/** A week; timers of Node know no more than 24 days. */
const MAX_MINUTES = 10_080

interface Options {
  dir: string
  untilIdle?: boolean
  maxMinutes?: number
  gatheredOnly?: boolean
  run?: string
  json?: boolean
}

export const advanceCommand = new Command('advance')
  .summary('let the competition take its next step')
  .description(
    'Reads the state, runs the owner of the current stage and commits what it decides. Run it as often as you like,\n' +
      'from cron or by hand, from several machines at once: it does what state and block height allow, once.',
  )
  .option('-d, --dir <folder>', 'folder of the competition (made by `init`)', '.')
  .option('--until-idle', 'go on until nothing more can happen now')
  .option('--max-minutes <n>', 'stop in good order after this time', minutes)
  .option('--gathered-only', 'touch no host and no file of a miner: wait for what `work` gathers and `reduce` lets in')
  .option('--run <name>', 'name of this run, recorded in every commit', process.env.GITHUB_RUN_ID ?? 'local')
  .option('--json', 'print the result as JSON')
  .addHelpText(
    'after',
    '\nExit codes: 0 advanced or nothing to do, 1 error, 3 paused or finished, 4 late.\n' +
      '\nExamples:\n  $ roundkeeper advance --dir my-competition\n  $ roundkeeper advance --until-idle --max-minutes 50 --json\n' +
      '  $ roundkeeper advance --until-idle --gathered-only       after `work` and `reduce`\n',
  )
  .action(async (options: Options) => {
    const report = await run(options)
    const now = new Date()
    if (options.json) printJson(reportAsJson(report))
    else {
      for (const line of report.did) print(`  ${line}`)
      for (const error of report.errors) printError(error, debugging())
      print(describeReport(report, now))
    }
    process.exitCode = exitCodeOf(report.status)
  })

async function run(options: Options): Promise<TickReport> {
  const { openOperator } = await import('./operator.ts')
  const { gatheredOnly } = options
  const { closedPorts } = await import('../formats/generation-3d/closed-ports.ts')
  await using operator = await openOperator(options.dir, gatheredOnly ? { runsImages: false, adapt: closedPorts } : {})
  const line = new StatusLine()
  const stop = stopSignal(options.maxMinutes)
  try {
    return await tick(operator, {
      untilIdle: options.untilIdle ?? false,
      signal: stop.signal,
      run: options.run ?? 'local',
      gatheredOnly,
      progress: (event) => line.show(progressText(event)),
      warn: (listener, error) => note(`warning ${listener} was not told: ${errorAsJson(error).message}`),
    })
  } finally {
    line.clear()
    stop[Symbol.dispose]()
  }
}

export const progressText = ({ what, done, total }: Progress) =>
  total === undefined ? what : `${what} ${done}/${total}`

export function minutes(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value <= MAX_MINUTES)) {
    throw new InvalidArgumentError(`expected a number of minutes above 0, at most ${MAX_MINUTES}`)
  }
  return value
}

function reportAsJson({ status, round, stage, did, commits, waiting, errors, told }: TickReport) {
  return {
    status,
    round,
    stage,
    did,
    commits,
    waiting: waiting
      ? { for: waiting.for, eta: waiting.eta?.toISOString() ?? null, due: waiting.due?.toISOString() ?? null }
      : null,
    errors: errors.map(errorAsJson),
    notifications: {
      told: told.notices,
      problems: told.problems.map(({ listener, error }) => ({ listener, ...errorAsJson(error) })),
    },
  }
}
