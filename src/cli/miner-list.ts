import { createInterface } from 'node:readline'
import { Command, InvalidArgumentError } from 'commander'
import type { PythonValue } from '../chain/python-json.ts'
import { revealSchema } from '../formats/generation-3d/reveal.ts'
import { type ListedEntry, type Listing, listEntries } from '../miner/listing.ts'
import { type ChainOptions, chainWhenAsked, withChain } from './chain-options.ts'
import { type CompetitionOptions, openDocuments, withCompetition } from './competition-option.ts'
import { EXIT_ERROR } from './exit-codes.ts'
import { type Face, type LockOptions, withLock } from './miner-options.ts'
import { minerVoice, originalVoice, printLine, speaking } from './miner-voice.ts'
import { cell, note, print, printJson, shortKey, table } from './output.ts'

interface Options extends ChainOptions, CompetitionOptions, LockOptions {
  readonly round?: number
  readonly table?: boolean
  readonly json?: boolean
}

export function listAllCommand(face: Face): Command {
  const command = new Command('list-all')
    .summary('list what everybody has revealed for a round')
    .description(
      face === 'original'
        ? 'Lists the entries of a round as the chain has revealed them, in their order. Needs no wallet, sends nothing.'
        : 'Lists the entries of a round in their order: what the collector would take if the window closed now, or has taken; then\n' +
            'what would be no entry. Needs no wallet, sends nothing.',
    )
    .option('--round <n>', face === 'original' ? 'the round; asked for when it is not given' : 'the round', wholeNumber)
    .option('--table', 'print a table')
  return withLock(withCompetition(withChain(command)), face).action((options: Options, called: Command) => {
    const voice =
      face === 'original' ? originalVoice(called.optsWithGlobals().verbose ?? 0) : minerVoice(options.json === true)
    return speaking(voice, async () => {
      const round = options.round ?? (face === 'original' ? await askRound() : undefined)
      if (round === undefined && face === 'original') return abort()
      await using documents = await openDocuments(options.competition)
      await using asked = chainWhenAsked(options)
      const listing = await listEntries({
        documents,
        chain: asked.chain,
        netuid: options.netuid,
        ...(face === 'original' ? {} : { schema: revealSchema }),
        ...(round === undefined ? {} : { round }),
        ...(options.requiredLock === undefined ? {} : { requiredLock: options.requiredLock }),
      })
      tell(face, options, listing)
    })
  })
}

function tell(face: Face, options: Options, { round, block, entries }: Listing): void {
  if (face === 'original' && !options.table)
    for (const entry of entries) printLine({ ...row(entry), ...lockRow(entry) })
  else if (options.json) printJson({ success: true, round, block, entries: entries.map(asJson(options)) })
  else if (face === 'original') print(originalTable(entries))
  else if (entries.length === 0) print(`Nobody has revealed a commit for round ${round} (block ${block}).`)
  else {
    print(`round ${round} at block ${block}`)
    print(table(HEAD, entries.map(cells)))
  }
}

/** As the original prints it, key by key. */
const row = ({ hotkey, commit, repo, cdn_url: cdn }: ListedEntry) => ({
  hotkey,
  commit_hash: commit.value,
  commit_block: commit.block,
  repo: repo?.value ?? null,
  repo_block: repo?.block ?? null,
  cdn_url: cdn?.value ?? null,
  cdn_block: cdn?.block ?? null,
})

const lockRow = ({ lock }: ListedEntry): Record<string, PythonValue> => ({
  coldkey: lock?.coldkey ?? null,
  locked_rho: lock === undefined ? null : { float: lock.locked },
  required_rho: lock === undefined ? null : { float: lock.required },
  lock_sufficient: lock?.sufficient ?? null,
})

const asJson =
  ({ requiredLock }: Options) =>
  (entry: ListedEntry) => {
    const { uid, lock, outcome, reason } = entry
    const locked = { coldkey: lock?.coldkey ?? null, locked_rho: lock?.locked ?? null }
    const required = { required_rho: lock?.required ?? null, lock_sufficient: lock?.sufficient ?? null }
    return {
      ...row(entry),
      ...(requiredLock === undefined ? {} : { ...locked, ...required }),
      uid,
      outcome: outcome ?? null,
      reason: reason ?? null,
    }
  }

const HEAD = ['block', 'hotkey', 'uid', 'commit', 'repository', 'CDN', 'outcome']

const cells = ({ hotkey, uid, commit, repo, cdn_url: cdn, outcome }: ListedEntry) => [
  String(commit.block),
  hotkey,
  uid === null ? 'not registered' : String(uid),
  cell(commit.value),
  cell(repo?.value ?? '-'),
  cell(cdn?.value ?? '-'),
  outcome ?? '',
]

const originalTable = (entries: readonly ListedEntry[]) =>
  table(
    ['Hotkey', 'Hash', 'Repo', 'CDN', 'Coldkey', 'Locked ρ', 'Req ρ', 'OK'],
    entries.map(({ hotkey, commit, repo, cdn_url: cdn, lock }) => [
      shortKey(hotkey),
      cell(commit.value.slice(0, 10)),
      cell(repo?.value ?? '-'),
      cell(cdn?.value ?? '-'),
      lock === undefined ? '-' : shortKey(lock.coldkey),
      lock === undefined ? '-' : lock.locked.toFixed(2),
      lock === undefined ? '-' : lock.required.toFixed(2),
      lock === undefined ? '-' : lock.sufficient ? 'yes' : 'NO',
    ]),
  )

/** On stdout, as the original asks: again after anything else than a number. @returns nothing at the end of input */
async function askRound(): Promise<number | undefined> {
  const lines = createInterface({ input: process.stdin, terminal: false })
  process.stdout.write(QUESTION)
  try {
    for await (const line of lines) {
      if (WHOLE.test(line)) return Number(line.replaceAll('_', ''))
      print(`Error: '${line.trim()}' is not a valid integer.`)
      process.stdout.write(QUESTION)
    }
  } finally {
    lines.close()
  }
  return undefined
}

function abort(): void {
  note('\nAborted!')
  process.exitCode = EXIT_ERROR
}

const QUESTION = 'Enter round number: '
/** As Python reads whole numbers. */
const WHOLE = /^\s*[+-]?\d+(_\d+)*\s*$/

function wholeNumber(text: string): number {
  if (!WHOLE.test(text)) throw new InvalidArgumentError('expected a whole number')
  return Number(text.replaceAll('_', ''))
}
