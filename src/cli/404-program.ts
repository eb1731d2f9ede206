/** `404-cli`: the commands of 404-GEN's own miner tool, with its options, its words and its output, on top of ours. */

import { Command, CommanderError } from 'commander'
import { hideEnvironment } from '../mask.ts'
import { VERSION } from '../version.ts'
import { EXIT_USAGE } from './exit-codes.ts'
import { commitHashCommand, commitRepoCdnCommand } from './miner-commit.ts'
import { generateCommand } from './miner-generate.ts'
import { judgeCommand } from './miner-judge.ts'
import { listAllCommand } from './miner-list.ts'
import { renderCommand } from './miner-render.ts'
import { startGeneratorCommand, startJudgeCommand, startRendererCommand } from './miner-start.ts'
import { stopPodsCommand } from './miner-stop-pods.ts'

function makeProgram(): Command {
  const program = new Command('404-cli')
    .description('404-GEN’s miner commands, by Roundkeeper. `roundkeeper miner` knows more, and says more.')
    .version(VERSION)
    .option(
      '-v, --verbose',
      'more to stderr: -v what is done, -vv stacks with errors',
      (_, count: number) => count + 1,
      0,
    )
    // The original takes -v before the command's name only.
    .enablePositionalOptions()
    .addCommand(commitHashCommand('original'))
    .addCommand(commitRepoCdnCommand('original'))
    .addCommand(listAllCommand('original'))
    .addCommand(startGeneratorCommand('original'))
    .addCommand(generateCommand('original'))
    .addCommand(startRendererCommand('original'))
    .addCommand(renderCommand('original'))
    .addCommand(startJudgeCommand('original'))
    .addCommand(judgeCommand('original'))
    .addCommand(stopPodsCommand('original'))
  for (const command of [program, ...program.commands]) {
    command.exitOverride().showHelpAfterError('Try --help for help.')
  }
  return program
}

/** Leaves the exit code with the process: 0, 1, 2 for wrong usage, 130 when it was stopped. */
export async function main(args = process.argv.slice(2)): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit()
    throw error
  })
  hideEnvironment(process.env)
  try {
    await makeProgram().parseAsync(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE
  }
}
