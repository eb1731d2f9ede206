import { Command } from 'commander'
import { commitHashCommand, commitRepoCdnCommand } from './miner-commit.ts'
import { promptsCommand, scheduleCommand, seedCommand } from './miner-documents.ts'
import { generateCommand } from './miner-generate.ts'
import { judgeCommand } from './miner-judge.ts'
import { listAllCommand } from './miner-list.ts'
import { registerCommand } from './miner-register.ts'
import { rehearseCommand } from './miner-rehearse.ts'
import { renderCommand } from './miner-render.ts'
import { startGeneratorCommand, startJudgeCommand, startRendererCommand } from './miner-start.ts'
import { minerStatusCommand } from './miner-status.ts'
import { stopPodsCommand } from './miner-stop-pods.ts'

export const minerCommand = new Command('miner')
  .summary('enter a competition, and see what becomes of your entry')
  .description(
    'What a miner does on their own machine: commit an entry to the chain in two halves, look at the competition, and hear of\n' +
      'every reason why an entry would not count, before it is too late. The same options as 404-GEN’s own tool.',
  )
  .addCommand(registerCommand)
  .addCommand(minerStatusCommand)
  .addCommand(commitHashCommand('miner').option('--json', 'print one JSON object'))
  .addCommand(commitRepoCdnCommand('miner').option('--json', 'print one JSON object'))
  .addCommand(listAllCommand('miner').option('--json', 'print one JSON object'))
  .addCommand(startGeneratorCommand('miner').option('--json', 'print one JSON object'))
  .addCommand(generateCommand('miner').option('--json', 'print one JSON object'))
  .addCommand(startRendererCommand('miner').option('--json', 'print one JSON object'))
  .addCommand(renderCommand('miner').option('--json', 'print one JSON object'))
  .addCommand(startJudgeCommand('miner').option('--json', 'print one JSON object'))
  .addCommand(judgeCommand('miner').option('--json', 'print one JSON object'))
  .addCommand(rehearseCommand())
  .addCommand(stopPodsCommand('miner').option('--json', 'print one JSON object'))
  .addCommand(scheduleCommand)
  .addCommand(seedCommand)
  .addCommand(promptsCommand)
