import { Command } from 'commander'
import { revealSchema } from '../formats/generation-3d/reveal.ts'
import {
  adviceOf,
  isElsewhere,
  nextSteps,
  type Problem,
  problemsOf,
  recordedProblems,
  resultOf,
} from '../miner/problems.ts'
import { type MinerStatus, minerStatus } from '../miner/status.ts'
import { etaOfBlock } from '../rules/schedule.ts'
import { readAddress } from '../wallet/open-key.ts'
import { type ChainOptions, openChain, withChain } from './chain-options.ts'
import { type CompetitionOptions, openDocuments, withCompetition } from './competition-option.ts'
import { when } from './describe.ts'
import { EXIT_ERROR, EXIT_OK } from './exit-codes.ts'
import { type CodeHostOptions, codeHost, withCodeHost } from './miner-options.ts'
import { minerVoice, speaking } from './miner-voice.ts'
import { cell, print, printJson, table } from './output.ts'
import { filesOf, type WalletOptions, withWallet } from './wallet-options.ts'

interface Options extends ChainOptions, WalletOptions, CompetitionOptions, CodeHostOptions {
  readonly hotkey?: string
  readonly json?: boolean
}

export const minerStatusCommand = withCodeHost(withCompetition(withChain(withWallet(new Command('status')))))
  .summary('where you stand, and every reason why your entry would not count')
  .description(
    'Shows registration, window, commitments, and what became of the last entry; names every reason why the entry would be\n' +
      'refused if the window closed now, and what to do. Reads only; of the wallet it needs nothing but the public half.',
  )
  .option('--hotkey <address>', 'look at this hotkey instead of one of the wallet')
  .option('--json', 'print one JSON object')
  .addHelpText(
    'after',
    '\nExit codes: 0 nothing is in the way, 1 something would be refused, or an error, 2 wrong usage.\n' +
      '\nExample:\n  $ roundkeeper miner status --wallet.name miner --competition https://github.com/owner/competition\n',
  )
  .action((options: Options) =>
    speaking(minerVoice(options.json === true), async () => {
      const hotkey = options.hotkey ?? (await readAddress(filesOf('hotkey', options).publicFile))
      await using documents = await openDocuments(options.competition)
      await using chain = await openChain(options)
      const { netuid } = options
      const status = await minerStatus({
        documents,
        chain,
        netuid,
        hotkey,
        schema: revealSchema,
        findCode: codeHost(options),
      })
      const problems = problemsOf(status)
      if (options.json) printJson(asJson(status, problems))
      else tell(status, problems)
      process.exitCode = problems.length === 0 ? EXIT_OK : EXIT_ERROR
    }),
  )

function tell(status: MinerStatus, problems: readonly Problem[]): void {
  const { standing, round, window, head, registration, competition, hotkey, crown, pending, space, record } = status
  print(`${competition ?? 'the competition'}: round ${standing.round}, ${standing.stage}; block ${head.number}`)
  print(
    `hotkey  ${hotkey}, ${registration ? `uid ${registration.uid} since block ${registration.since}` : 'not registered'}`,
  )
  print(`window  round ${round}: ${windowText(status)}`)
  if (crown !== undefined) print(`crown   yours, with weight ${crown.weight} since block ${crown.effective_block}`)
  if (pending !== undefined) {
    print(`sealed  a commitment of block ${pending.block} opens at about block ${pending.expectedRevealBlock ?? '?'}`)
  }
  print(`space   ${space.used} of ${space.max} bytes used in this epoch`)
  print()
  const rows = Object.entries(fieldsOf(status))
  print(
    table(
      ['revealed', 'value', 'block'],
      rows.map(([name, at]) => [name, cell(at?.value ?? '-'), at ? String(at.block) : '-']),
    ),
  )
  print(`${verdict(status, window.latest)}\n`)
  if (record !== undefined) print(`on record  round ${record.round}: ${resultOf(record)}${progress(status)}`)
  tellProblems('was', recordedProblems(status))
  tellProblems('problem', problems)
  for (const advice of adviceOf(status)) print(`advice   ${advice}`)
  for (const step of nextSteps(status)) print(`next     ${step}`)
}

function windowText({ window, head, blockMs }: MinerStatus): string {
  const now = new Date()
  const at = (block: number) => `${block}, ${when(etaOfBlock(block, head, blockMs / 1000), now)}`
  if (head.number < window.earliest) return `opens at block ${at(window.earliest)}`
  return Number.isFinite(window.latest)
    ? `open until block ${at(window.latest)}`
    : `open since block ${window.earliest}`
}

function verdict(status: MinerStatus, latest: number): string {
  const { outlook } = status
  const until = Number.isFinite(latest) ? `at block ${latest}` : 'now'
  if (outlook === undefined) return 'Without its config.json nobody can say what the competition would make of it.'
  const { record, entry, place, entries } = outlook
  if (record === undefined) return `Nothing of yours would be found if the window closed ${until}.`
  return record.outcome === 'accepted'
    ? `${isElsewhere(status) ? `${entry?.commit}, the hash before the newest,` : 'It'} would be accepted as it is, as number ${place} of ${entries}.`
    : `It would not be accepted as it is: ${record.outcome}.`
}

function progress({ record }: MinerStatus): string {
  const { build, downloads, audit } = record ?? {}
  const parts = [
    build && `build ${build.status}`,
    downloads && `${downloads.models} of ${downloads.expected} models`,
    audit && `audit ${audit.outcome}`,
  ].filter((part) => part !== undefined)
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

function tellProblems(label: string, problems: readonly Problem[]): void {
  for (const { code, text, remedy } of problems) print(`${label.padEnd(7)}  ${code}: ${text}\n  do     ${remedy}`)
}

const fieldsOf = ({ commitments: { commit, repo, cdn_url } }: MinerStatus) => ({ commit, repo, cdn_url })

function asJson(status: MinerStatus, problems: readonly Problem[]): Record<string, unknown> {
  const { standing, round, window, head, registration, competition, hotkey, netuid, pending, space, outlook } = status
  const { record } = status
  return {
    hotkey,
    netuid,
    competition: competition ?? null,
    block: head.number,
    uid: registration?.uid ?? null,
    registered_at_block: registration?.since ?? null,
    current_round: standing.round,
    stage: standing.stage,
    round,
    earliest_reveal_block: window.earliest,
    latest_reveal_block: Number.isFinite(window.latest) ? window.latest : null,
    deadline_block: status.deadline ?? null,
    pending: pending && {
      block: pending.block,
      reveal_round: String(pending.revealRound),
      expected_reveal_block: pending.expectedRevealBlock ?? null,
    },
    space,
    crown: status.crown ?? null,
    ...fieldsOf(status),
    commit_found: status.codeFound ?? null,
    commit_hotkey: status.seen?.hotkey ?? null,
    outlook: outlook && {
      outcome: outlook.record?.outcome ?? null,
      commit: outlook.entry?.commit ?? null,
      reason_code: outlook.record?.reason_code ?? null,
      reason: outlook.record?.reason ?? null,
      place: outlook.place ?? null,
      entries: outlook.entries,
    },
    record: record && { ...record, result: resultOf(record) },
    recorded_problems: recordedProblems(status),
    problems,
    advice: adviceOf(status),
    next: nextSteps(status),
  }
}
