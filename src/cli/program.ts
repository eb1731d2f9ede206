import { inspect } from 'node:util'
import { Command, CommanderError } from 'commander'
import { forgetSecrets, hideEnvironment, masked } from '../mask.ts'
import { VERSION } from '../version.ts'
import { debugging, setDebug } from './debug.ts'
import { EXIT_ERROR, EXIT_USAGE, exitCodeOfFailure } from './exit-codes.ts'
import { errorAsJson, printError, printJson } from './output.ts'

const newProgram = () =>
  new Command('roundkeeper')
    .description('A git-backed competition engine: every decision is a commit that a stranger can recompute.')
    .version(VERSION)
    .option('--debug', 'show stacks with errors')
    .addHelpText(
      'after',
      '\nExamples:\n  $ roundkeeper demo                          a whole competition, in under a minute\n' +
        '  $ roundkeeper verify competition.bundle     check somebody else’s\n' +
        '  $ roundkeeper status my-competition         where it stands\n',
    )
    .hook('preAction', (command) => setDebug(command.opts().debug === true))

/** In the order of the help. Each is loaded when it is called: most need libraries that others do not. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./demo.ts')).demoCommand,
  init: async () => (await import('./init.ts')).initCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
  keygen: async () => (await import('./keygen.ts')).keygenCommand,
  advance: async () => (await import('./advance.ts')).advanceCommand,
  work: async () => (await import('./work.ts')).workCommand,
  reduce: async () => (await import('./reduce.ts')).reduceCommand,
  worker: async () => (await import('./worker.ts')).workerCommand,
  status: async () => (await import('./status.ts')).statusCommand,
  serve: async () => (await import('./serve.ts')).serveCommand,
  deadman: async () => (await import('./deadman.ts')).deadmanCommand,
  due: async () => (await import('./due.ts')).dueCommand,
  notify: async () => (await import('./notify.ts')).notifyCommand,
  pause: async () => (await import('./hold.ts')).pauseCommand(),
  resume: async () => (await import('./hold.ts')).resumeCommand(),
  intervene: async () => (await import('./intervene.ts')).interveneCommand,
  audit: async () => (await import('./audit.ts')).auditCommand,
  verify: async () => (await import('./verify.ts')).verifyCommand,
  replay: async () => (await import('./replay.ts')).replayCommand,
  power: async () => (await import('./power.ts')).powerCommand,
  gallery: async () => (await import('./gallery.ts')).galleryCommand,
  pods: async () => (await import('./pods.ts')).podsCommand,
  media: async () => (await import('./media.ts')).mediaCommand,
  'serve-render': async () => (await import('./serve-render.ts')).serveRenderCommand,
  'serve-distance': async () => (await import('./serve-distance.ts')).serveDistanceCommand,
  wallet: async () => (await import('./wallet.ts')).walletCommand,
  weights: async () => (await import('./weights.ts')).weightsCommand,
  devchain: async () => (await import('./devchain.ts')).devchainCommand,
  miner: async () => (await import('./miner.ts')).minerCommand,
}

/** Scripts know the others by 1, whatever went wrong. */
const TELL_USAGE_APART: readonly (string | undefined)[] = ['miner', 'weights', 'devchain', 'power']

/** With the command that is called; with all of them for help, and where none is. */
async function programFor(called: string | undefined): Promise<Command> {
  const program = newProgram()
  const only = commands[called ?? '']
  const loaded = await Promise.all((only === undefined ? Object.values(commands) : [only]).map((load) => load()))
  for (const command of loaded) program.addCommand(command)
  for (const command of withAllBelow(program))
    command
      .configureHelp({ commandDescription: unbroken })
      .exitOverride()
      .showHelpAfterError('  do     Add --help: it lists all options, with examples.')
  return program
}

const withAllBelow = (command: Command): Command[] => [command, ...command.commands.flatMap(withAllBelow)]

/** Lines are broken where the terminal ends, and not where they end in our sources. */
const unbroken = (command: Command) => command.description().replaceAll('\n', ' ')

/** Runs the command that the process was started with. @throws when it cannot be loaded */
export async function main(): Promise<void> {
  standWhereThePersonStands()
  // Whoever reads our output may stop early (`| head`): that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit()
    throw error
  })

  // What nobody caught goes to stderr by Node itself, as it is.
  process.on('uncaughtException', (error) => {
    process.stderr.write(`${masked(inspect(error))}\n`)
    // Of `verify`, 1 would say that a competition is broken.
    process.exit(process.argv[2] === 'verify' ? EXIT_USAGE : EXIT_ERROR)
  })
  await run(process.argv.slice(2))
}

/** One command, of any process: it prints, and leaves its exit code with the process. @throws when it cannot be loaded */
export async function run(args: readonly string[]): Promise<void> {
  forgetSecrets()
  hideEnvironment(process.env)
  const called = args.find((word) => !word.startsWith('-'))
  const program = await programFor(called)
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE
    else {
      if (args.includes('--json')) printJson({ error: errorAsJson(error) })
      printError(error, debugging())
      process.exitCode = TELL_USAGE_APART.includes(called) ? exitCodeOfFailure(error) : EXIT_ERROR
    }
  }
}

/** npm runs the scripts of a checkout in its root: paths are meant from where npm was called. */
function standWhereThePersonStands(): void {
  const { npm_lifecycle_event: script, INIT_CWD: called } = process.env
  if (called !== undefined && (script === 'roundkeeper' || script === 'demo')) process.chdir(called)
}
