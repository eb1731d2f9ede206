/** What a competition hands out to miners, read over plain HTTP: `miner schedule`, `miner seed`, `miner prompts`. */
import { Command, InvalidArgumentError, Option } from 'commander'
import { type Documents, findDocument, readDocument } from '../miner/documents.ts'
import { DEFAULT_COMPETITION } from '../miner/http-documents.ts'
import { stemOf } from '../rules/prompts.ts'
import { deadlineOf } from '../rules/schedule.ts'
import { files } from '../state/files.ts'
import { openDocuments } from './competition-option.ts'
import { minerVoice, speaking } from './miner-voice.ts'
import { print, printJson } from './output.ts'

interface Options {
  readonly repo: string
  readonly round?: number
  readonly json?: boolean
}
type Show = (documents: Documents, round: number, json: boolean) => Promise<void>

function documentCommand(name: string, summary: string, show: Show): Command {
  return new Command(name)
    .summary(summary)
    .description(
      `${summary[0]?.toUpperCase()}${summary.slice(1)}. Reads plain files; needs neither git, wallet nor chain.`,
    )
    .addOption(
      new Option('--repo <source>', 'the competition: raw base URL, page on GitHub, clone, bundle or folder')
        .env('ROUNDKEEPER_COMPETITION')
        .default(DEFAULT_COMPETITION),
    )
    .option('--round <n>', 'the round; the current one unless given', wholeNumber)
    .option('--json', 'print one JSON object')
    .action(({ repo, round, json = false }: Options) =>
      speaking(minerVoice(json), async () => {
        await using documents = await openDocuments(repo)
        await show(documents, round ?? (await readDocument(documents, files.state)).current_round, json)
      }),
    )
}

export const scheduleCommand = documentCommand(
  'schedule',
  'show when a round takes entries',
  async (from, round, json) => {
    const schedule = await readDocument(from, files.schedule, round)
    const { stage, current_round: current } = await readDocument(from, files.state)
    const config = await findDocument(from, files.config)
    const seed = await findDocument(from, files.seed, round)
    const deadline = config === undefined ? schedule.generation_deadline_block : deadlineOf(schedule, config, seed)
    const { earliest_reveal_block: earliest, latest_reveal_block: latest } = schedule
    if (json)
      printJson({ round, current_round: current, stage, ...schedule, generation_deadline_block: deadline ?? null })
    else {
      print(`round   ${round}${round === current ? `, ${stage}` : ''}`)
      print(`window  reveals count from block ${earliest} to block ${latest}, both included`)
      if (deadline !== undefined) print(`models  due by block ${deadline}`)
      if (schedule.starts_at !== undefined)
        print(`closes  ${schedule.starts_at}, as announced; the blocks are what counts`)
    }
  },
)

/** Nothing but the number where it is not asked for more, so that a script can take it as it is. */
export const seedCommand = documentCommand('seed', 'print a round’s seed', async (from, round, json) => {
  const seed = await readDocument(from, files.seed, round)
  if (json) printJson({ round, ...seed })
  else print(String(seed.seed))
})

/** One URL a line, as they are published. */
export const promptsCommand = documentCommand('prompts', 'print a round’s prompts', async (from, round, json) => {
  const prompts = await readDocument(from, files.prompts, round)
  if (json) printJson({ round, prompts: prompts.map((url) => ({ stem: stemOf(url), url })) })
  else for (const url of prompts) print(url)
})

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('expected the number of a round')
  return Number(text)
}
