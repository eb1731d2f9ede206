import { Argument, Command, Option } from 'commander'
import { type RedoStage, redoStages } from '../state/intervention.ts'
import { actCommand } from './act.ts'
import { pauseCommand, resumeCommand } from './hold.ts'

const redoCommand = actCommand<[RedoStage], { baseline?: boolean }>({
  name: 'redo-stage',
  summary: 'go back to a stage of the current round',
  description:
    'Goes back to a stage of the current round, as a new attempt: everything that this stage and later ones made is put ' +
    'away under rounds/N/attempts/, as it was, and asked for anew. Seed, prompts, entries, builds and audits of source code ' +
    'stay. A round whose next one is open is closed for ever.',
  examples: [
    'intervene redo-stage duels --reason "the judge answered from a wrong model until noon"',
    'intervene redo-stage downloading --baseline --reason "previews were black" --dry-run',
  ],
  wanted: ({ baseline = false }, stage) => ({ kind: 'redo-stage', stage, baseline }),
})
  .addArgument(new Argument('<stage>', 'where to go on from').choices(redoStages))
  .option('--baseline', "make the leader's own outputs anew too")

const voidCommand = actCommand<[], { round?: boolean; prompt?: string }>({
  name: 'void',
  summary: 'make a prompt, or the whole round, count for nobody',
  description:
    'With --prompt: the prompt counts in no match of this round, and nobody waits for it any more; possible as long as no ' +
    'match of the current attempt has been judged. With --round: the round comes to nothing through no fault of the ' +
    'miners; nobody takes the crown, its weight does not decay, and the next round opens.',
  examples: [
    'intervene void --prompt vase --reason "its picture holds an instruction to the judge"',
    'intervene void --round --reason "the prompts were public before the window closed"',
  ],
  wanted: ({ prompt }) => ({ kind: 'void', prompt }),
})
  .addOption(new Option('--prompt <stem>', 'name of the prompt: its picture without the extension').conflicts('round'))
  .option('--round', 'the whole current round')
  .hook('preAction', (command) => {
    const { round, prompt } = command.opts()
    if (!round && prompt === undefined) command.error('error: say what is void: --prompt <stem> or --round')
  })

const noteCommand = actCommand({
  name: 'note',
  summary: 'put something on record, and change nothing',
  examples: ['intervene note --reason "the previews of 5F4Ha… were looked at: nothing wrong"'],
  wanted: () => ({ kind: 'note' }),
})

const adoptCommand = actCommand<[string], object>({
  name: 'adopt',
  summary: 'stand for a change that somebody made by hand',
  description:
    'The engine builds on no edit of its files by hand: `advance` names the commit. Whoever adopts it stands for it, by ' +
    'name and with a reason; the engine goes on, and `verify` reports it as explained. (To undo it: git revert.)',
  examples: ['intervene adopt 1a2b3c4d5e --reason "the host of one miner was down: entered by hand"'],
  wanted: (_options, commit) => ({ kind: 'adopt', commit }),
}).argument('<commit>', 'its id, from seven digits on')

export const interveneCommand = new Command('intervene')
  .summary('act by hand, on record: pause, redo-stage, void, note, adopt')
  .description(
    'What a person may do to a competition instead of editing its files: every act is typed and reasoned, its record under ' +
      'interventions/ and all that follows from it are one commit, and anybody can check that it did nothing else.',
  )
  .addHelpText(
    'after',
    '\nExamples:\n  $ roundkeeper intervene redo-stage duels --reason "the judge was broken" --dry-run\n' +
      '  $ roundkeeper intervene void --prompt vase --reason "poisoned"\n' +
      '  $ roundkeeper intervene redo-stage --help\n',
  )
const holds = [pauseCommand, resumeCommand].map((make) => make('intervene '))
for (const command of [...holds, redoCommand, voidCommand, noteCommand, adoptCommand])
  interveneCommand.addCommand(command)
