import { Command } from 'commander'
import { intervene } from '../engine/intervene.ts'
import { ENGINE } from '../version.ts'
import { print, printJson } from './output.ts'

interface Options {
  dir: string
  reason: string
  json?: boolean
}

function holdCommand(kind: 'pause' | 'resume', summary: string, example: string): Command {
  return new Command(kind)
    .summary(summary)
    .description(
      `${summary[0]?.toUpperCase()}${summary.slice(1)}. The act and its reason are committed under interventions/.`,
    )
    .option('-d, --dir <folder>', 'folder of the competition (made by `init`)', '.')
    .requiredOption('-r, --reason <text>', 'why; anybody can read it')
    .option('--json', 'print the new state as JSON')
    .addHelpText('after', `\nExample:\n  $ roundkeeper ${kind} --reason "${example}"\n`)
    .action(async ({ dir, reason, json }: Options) => {
      const { openOperator } = await import('./operator.ts')
      await using operator = await openOperator(dir)
      const { repo, clock, by, chain } = operator
      const committer = { repo, clock, by, run: 'local', engine: ENGINE, commitEveryMs: 0 }
      const { state } = await intervene(committer, kind, reason, { chain })
      if (json) printJson(state)
      else print(`round ${state.current_round}: ${state.stage}`)
    })
}

export const pauseCommand = holdCommand('pause', 'hold the competition where it is', 'renderer is being replaced')
export const resumeCommand = holdCommand('resume', 'let a held competition go on', 'renderer is back')
