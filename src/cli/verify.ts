import { Command, InvalidArgumentError, Option } from 'commander'
import { RoundkeeperError } from '../errors.ts'
import { type Report, severities } from '../verify/report/schema.ts'
import { debugging } from './debug.ts'
import { addEvidenceOptions } from './evidence-options.ts'
import { EXIT_BROKEN, EXIT_NOT_RUN, EXIT_OK } from './exit-codes.ts'
import { errorAsJson, printError, printJson } from './output.ts'
import { type Form, type OutFile, outFile, printReport, writeOut } from './verify-outputs.ts'
import { type RunOptions, runVerify } from './verify-run.ts'

const MAX_JOBS = 64

interface Options extends RunOptions {
  readonly json?: boolean
  readonly sarif?: boolean
  readonly markdown?: boolean
  readonly out?: readonly OutFile[]
  readonly round?: number
  readonly quiet?: boolean
  readonly failOn: Report['findings'][number]['severity']
}

export const verifyCommand = new Command('verify')
  .summary('check every decision and every change of a competition')
  .description(
    'Walks the whole history, offline once it is fetched: was every change legal, was it made by who may make it, and does every decision follow from the evidence on record? Only reads.',
  )
  .argument('<source>', 'a clone, a bare repository, a git bundle, a folder made by `init`, or a URL')
  .option('--since <checkpoint>', 'look at what is new since a file of --checkpoint, or since a commit that you trust')
  .option('--checkpoint <file>', 'write what was verified, for --since')
  .option('--allowed-signers <file>', 'go by your own list of who may sign, not by the one in the history')
  .option('--branch <name>', 'instead of the main one')
  .option('--round <n>', 'print only this round; everything is verified nevertheless', roundNumber)
  .option('--quiet', 'print only the last line')
  .addOption(new Option('--json', 'print as JSON').conflicts(['sarif', 'markdown']))
  .addOption(new Option('--sarif', 'print as SARIF, for code scanning').conflicts(['json', 'markdown']))
  .addOption(new Option('--markdown', 'print as Markdown, for the summary of a job').conflicts(['json', 'sarif']))
  .option('--out <file>', 'write the report too: .json, .sarif or .md; may be repeated', outFile)
  .addOption(
    new Option('--fail-on <severity>', 'end with 1 for this and what is graver').choices(severities).default('error'),
  )
  .addOption(new Option('--backend <program>', 'what reads the history').choices(['auto', 'git', 'isomorphic-git']))
  .option('--jobs <n>', 'threads to use; as many as this machine has cores when absent', jobs)
  .addHelpText(
    'after',
    '\nExit codes: 0 clean, 1 broken (there are findings of severity error, or of what --fail-on says), 2 could not run.\n' +
      '\nExamples:\n' +
      '  $ roundkeeper verify https://github.com/owner/competition\n' +
      '  $ roundkeeper verify competition.bundle --round 3\n' +
      '  $ roundkeeper verify clone --checkpoint seen.json                      the first time\n' +
      '  $ roundkeeper verify clone --since seen.json --checkpoint seen.json    every day after\n' +
      '  $ roundkeeper verify clone --out report.sarif --out summary.md\n',
  )
  .action(async (source: string, options: Options) => {
    process.once('uncaughtException', (error) => failed(error, options)) // would end with 1, which says broken
    try {
      await run(source, options)
    } catch (error) {
      failed(error, options)
    }
  })

addEvidenceOptions(verifyCommand)

/** For what is under way to come to an end, and for what it has put aside to be removed. */
const PATIENCE_MS = 2000

async function run(source: string, options: Options): Promise<void> {
  const controller = new AbortController()
  const giveUp = () => {
    failed(new RoundkeeperError('aborted', 'stopped while something did not answer'), options)
    process.exit()
  }
  controller.signal.addEventListener('abort', () => setTimeout(giveUp, PATIENCE_MS).unref())
  const stop = () => controller.abort()
  // Not `once`: npm passes on the Ctrl-C that its script has heard already, and what was put aside has to be removed.
  process.on('SIGINT', stop).on('SIGTERM', stop)
  const report = await runVerify(source, options, controller.signal)
  process.off('SIGINT', stop).off('SIGTERM', stop)
  const { round, quiet = false, out = [] } = options
  if (round !== undefined && !report.rounds.some((each) => each.round === round)) {
    throw new RoundkeeperError('usage', `round ${round} is not on record`, {
      where: source,
      hint: 'See `roundkeeper status` for the rounds that there are.',
    })
  }
  await writeOut(report, out)
  // Known before anything is printed: whoever reads may stop early (`| head`).
  process.exitCode = fails(report, options.failOn) ? EXIT_BROKEN : EXIT_OK
  printReport(report, { form: formOf(options), round, quiet })
}

const formOf = ({ json, sarif, markdown }: Options): Form | undefined =>
  json ? 'json' : sarif ? 'sarif' : markdown ? 'markdown' : undefined

const fails = (report: Report, from: Options['failOn']) =>
  severities.slice(0, severities.indexOf(from) + 1).some((severity) => report.severities[severity] > 0)

/** Whatever went wrong, nothing was found out: that is neither clean nor broken. */
function failed(error: unknown, { json }: Options): void {
  process.exitCode = EXIT_NOT_RUN
  if (json) printJson({ error: errorAsJson(error) })
  printError(error, debugging())
}

function jobs(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1 || value > MAX_JOBS)
    throw new InvalidArgumentError(`expected a whole number from 1 to ${MAX_JOBS}`)
  return value
}

function roundNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('expected a round number from 0 on')
  return value
}
