/** Everybody's entries for a round as the chain has revealed them, with what the miners' own tools say beside each. */
import { RoundkeeperError } from '../errors.ts'
import type { RevealSchema } from '../rules/reveals.ts'
import type { Config } from '../state/config.ts'
import { files } from '../state/files.ts'
import { type Entry, entriesIn } from './commitments.ts'
import { type Documents, findDocument, readDocument } from './documents.ts'
import { type Entered, enteredOf } from './entered.ts'
import { type Lock, locksOf } from './lock.ts'
import type { MinerChain } from './miner-chain.ts'
import { readHead } from './place.ts'
import { saying } from './saying.ts'
import { windowOf } from './window.ts'

export interface ListingRequest {
  readonly documents: Documents
  readonly chain: () => Promise<MinerChain>
  readonly netuid: number
  /** The current one when absent; the next one may be looked at, too. */
  readonly round?: number
  /** What the collector of `v1` would make of it is listed where this is given; otherwise the newest value of each field. */
  readonly schema?: (config: Config) => RevealSchema
  /** In whole units; locks are not looked at when absent. */
  readonly requiredLock?: number
}

export interface Listing {
  readonly round: number
  /** That the chain was read at. */
  readonly block: number
  /** By the block of the commit, ascending; where outcomes are known, those that are entered first. */
  readonly entries: readonly ListedEntry[]
}

export interface ListedEntry extends Entry, Partial<Pick<Entered, 'outcome' | 'reason'>> {
  /** Null for a hotkey that is not registered any more: nothing of it counts. */
  readonly uid: number | null
  /** Absent where the hotkey's owner is not known, or nobody asked. */
  readonly lock?: Lock
}

/** @throws `usage` for a round that nobody can have revealed for; `unavailable` */
export async function listEntries(request: ListingRequest): Promise<Listing> {
  const { documents, chain: open, netuid, requiredLock } = request
  const { current_round: current } = await saying('Failed to fetch state', () => readDocument(documents, files.state))
  const round = request.round ?? current
  if (round > current + 1) {
    throw new RoundkeeperError('usage', `Round ${round} is not yet revealed. Next round is ${current + 1}.`, {
      hint: `Name a round up to ${current + 1}; --round ${current} is the current one.`,
    })
  }
  const scheduled = Math.min(round, current)
  const schedule = await saying('Failed to fetch schedule', () => readDocument(documents, files.schedule, scheduled))

  const chain = await saying('Failed to fetch current block', open)
  const block = (await readHead(chain)).number
  const found = entriesIn(windowOf(round, current, schedule), await chain.reveals(netuid, block))
  const config = request.schema && (await findDocument(documents, files.config))
  const standing = { round: scheduled, schedule }
  const entries: readonly (Entry | Entered)[] =
    request.schema && config?.rules === 'v1'
      ? await enteredOf({ ...request, schema: request.schema, chain, config, round, current: standing, block }, found)
      : found
  const { neurons } = await chain.metagraph(netuid, block)
  const uids = new Map(neurons.map(({ hotkey, uid }) => [hotkey, uid]))
  const hotkeys = entries.map(({ hotkey }) => hotkey)
  const locks = requiredLock === undefined ? undefined : await locksOf(chain, netuid, hotkeys, requiredLock)
  const listed = entries.map((entry) => {
    const lock = locks?.get(entry.hotkey)
    return { ...entry, uid: uids.get(entry.hotkey) ?? null, ...(lock && { lock }) }
  })
  return { round, block, entries: listed }
}
