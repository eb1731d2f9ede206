import { Command, CommanderError } from 'commander'
import { VERSION } from '../version.ts'
import { advanceCommand } from './advance.ts'
import { debugging, setDebug } from './debug.ts'
import { demoCommand } from './demo.ts'
import { EXIT_ERROR, EXIT_USAGE } from './exit-codes.ts'
import { galleryCommand } from './gallery.ts'
import { holdCommands } from './hold.ts'
import { initCommand } from './init.ts'
import { interveneCommand } from './intervene.ts'
import { keygenCommand } from './keygen.ts'
import { errorAsJson, printError, printJson } from './output.ts'
import { replayCommand } from './replay.ts'
import { statusCommand } from './status.ts'
import { verifyCommand } from './verify.ts'
import { walletCommand } from './wallet.ts'

const program = new Command('roundkeeper')
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

const commands = [
  demoCommand,
  initCommand,
  keygenCommand,
  advanceCommand,
  statusCommand,
  ...holdCommands(),
  interveneCommand,
  verifyCommand,
  replayCommand,
  galleryCommand,
  walletCommand,
]
for (const command of commands) program.addCommand(command)
for (const command of [program, ...commands, ...commands.flatMap((each) => each.commands)]) command.exitOverride()

/** Runs the command that the process was started with, and leaves its exit code with the process. */
export async function main(): Promise<void> {
  standWhereThePersonStands()
  // Whoever reads our output may stop early (`| head`): that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit()
    throw error
  })

  try {
    await program.parseAsync()
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE
    else {
      if (process.argv.includes('--json')) printJson({ error: errorAsJson(error) })
      printError(error, debugging())
      process.exitCode = EXIT_ERROR
    }
  }
}

/** npm runs the scripts of a checkout in its root: paths are meant from where npm was called. */
function standWhereThePersonStands(): void {
  const { npm_lifecycle_event: script, INIT_CWD: called } = process.env
  if (called !== undefined && (script === 'roundkeeper' || script === 'demo')) process.chdir(called)
}
