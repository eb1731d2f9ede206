/**
 * Whom a validator pays: from the crown on record and the subnet's uids, both at one block, to weights as the chain takes
 * them. What the crown is not worth goes where the settings say, and never all of it without a word.
 */
import { RoundkeeperError } from '../errors.ts'
import type { LeaderEntry, Leaders } from '../state/leader.ts'
import { activeLeader } from './leader.ts'

/** The largest weight on the chain, and always that of whoever is owed most: the chain scales what is smaller itself. */
export const FULL_U16 = 65_535
/** As many decimals as weights of the crown have: 1 − 0.8 is 0.2. */
const SHARE_DECIMALS = 10

/** `values[i]` for `uids[i]`, uids ascending, none of them 0. */
export interface Weights {
  readonly uids: readonly number[]
  readonly values: readonly number[]
}

/** What the chain says of the subnet at `block`; a uid may belong to somebody else in the next. */
export interface Neurons {
  readonly block: number
  /** By hotkey, of all that are registered. */
  readonly uids: ReadonlyMap<string, number>
  /** The hotkey of the subnet's owner, whose share Bittensor burns. */
  readonly ownerHotkey: string | undefined
}

export interface WeightSettings {
  /** Who receives what the crown is not worth: the subnet's owner, or a hotkey. */
  readonly remainderTo: 'owner' | { readonly hotkey: string }
  /** While nobody wears the crown: set nothing, so that what was set before stays, or give all to the remainder. */
  readonly leaderless: 'hold' | 'remainder'
  /** While the leader's hotkey is not registered on the subnet: likewise. */
  readonly deregistered: 'hold' | 'remainder'
  /** When the crown changes within so many blocks, weights wait for that. */
  readonly waitForSwitchBlocks: number
}

/** Who is paid, and for what: the crown, what it is not worth, or both. */
export interface Payee {
  readonly uid: number
  readonly hotkey: string
  /** Of 1. */
  readonly share: number
  readonly of: readonly ('crown' | 'remainder')[]
}

/** The reason is a sentence for whoever runs the validator. */
export type WeightsDecision =
  /** Payees by uid, ascending; a share of next to nothing has no weight. */
  | { readonly kind: 'set'; readonly weights: Weights; readonly payees: readonly Payee[]; readonly reason: string }
  | { readonly kind: 'hold'; readonly reason: string }
  | { readonly kind: 'wait'; readonly untilBlock: number; readonly reason: string }

/** @throws RoundkeeperError `state-file` for a leader's weight that is no share */
export function decideWeights(leaders: Leaders, neurons: Neurons, settings: WeightSettings): WeightsDecision {
  const { block, uids } = neurons
  const change = nextSwitch(leaders, block)
  if (change !== undefined && change - block <= settings.waitForSwitchBlocks) {
    return { kind: 'wait', untilBlock: change, reason: `the crown changes at block ${change}: weights wait for that` }
  }
  const leader = activeLeader(leaders, block)
  const uid = leader && uids.get(leader.hotkey)
  if (leader === undefined || uid === undefined) {
    const missing =
      leader === undefined
        ? `nobody wears the crown at block ${block}`
        : `the leader ${leader.hotkey} is not registered on the subnet at block ${block}`
    const otherwise = leader === undefined ? settings.leaderless : settings.deregistered
    return otherwise === 'hold'
      ? { kind: 'hold', reason: `${missing}: the weights stay as they are` }
      : paid(undefined, 1, missing, neurons, settings)
  }
  const share = shareOf(leader)
  const remainder = Number((1 - share).toFixed(SHARE_DECIMALS))
  const pays = `the crown of ${leader.hotkey} (uid ${uid}) is worth ${share}`
  return paid({ uid, hotkey: leader.hotkey, share, of: ['crown'] }, remainder, pays, neurons, settings)
}

/** When the next entry takes effect. */
export function nextSwitch(leaders: Leaders, block: number): number | undefined {
  const pending = leaders.map((entry) => entry.effective_block).filter((effective) => effective > block)
  return pending.length === 0 ? undefined : Math.min(...pending)
}

function paid(
  crown: Payee | undefined,
  remainder: number,
  because: string,
  { uids, ownerHotkey, block }: Neurons,
  { remainderTo }: WeightSettings,
): WeightsDecision {
  const payees = crown === undefined ? [] : [crown]
  const [hotkey, name] =
    remainderTo === 'owner' ? [ownerHotkey, 'the subnet’s owner'] : [remainderTo.hotkey, 'the remainder’s hotkey']
  const uid = hotkey === undefined ? undefined : uids.get(hotkey)
  if (remainder > 0) {
    if (hotkey === undefined || uid === undefined) {
      const who = hotkey === undefined ? name : `${name} ${hotkey}`
      const reason = `${because}, but ${who} is not registered at block ${block}: the weights stay as they are`
      return { kind: 'hold', reason }
    }
    if (crown?.uid === uid) payees[0] = { ...crown, share: crown.share + remainder, of: ['crown', 'remainder'] }
    else payees.push({ uid, hotkey, share: remainder, of: ['remainder'] })
  }
  const weights = normaliseWeights(new Map(payees.map((payee) => [payee.uid, payee.share])))
  if (weights === undefined) return { kind: 'hold', reason: `${because}: there is nothing to set` }
  // A crown of next to nothing comes to 0 on the chain.
  const isAlone = weights.uids.every((each) => each === uid)
  const rest = remainder > 0 ? `; ${isAlone ? 'all' : remainder} to ${name} ${hotkey} (uid ${uid})` : ''
  return { kind: 'set', weights, payees: payees.toSorted((a, b) => a.uid - b.uid), reason: `${because}${rest}` }
}

/**
 * Shares of any size as the chain stores them: round(share / largest · 65535), those that come to 0 left out. As the largest
 * is 65535 the chain leaves them as they are, so that setting what was read back changes nothing.
 * @param shares by uid
 * @returns undefined when all are 0: then there is nothing to set
 * @throws RoundkeeperError `usage` for a share that is negative or no number, and for what is no uid
 */
export function normaliseWeights(shares: ReadonlyMap<number, number>): Weights | undefined {
  const entries = [...shares].toSorted(([a], [b]) => a - b)
  for (const [uid, share] of entries) {
    const isUid = Number.isInteger(uid) && uid >= 0 && uid <= FULL_U16
    if (isUid && Number.isFinite(share) && share >= 0) continue
    throw new RoundkeeperError('usage', `not a weight: ${share} for uid ${uid}`, {
      where: 'weights',
      hint: 'Weights are numbers from 0 on, uids whole numbers below 65536.',
    })
  }
  const largest = Math.max(0, ...entries.map(([, share]) => share))
  if (largest === 0) return undefined
  const kept = entries
    .map(([uid, share]) => ({ uid, value: Math.round((share / largest) * FULL_U16) }))
    .filter(({ value }) => value > 0)
  return { uids: kept.map(({ uid }) => uid), values: kept.map(({ value }) => value) }
}

/**
 * The first block in which the chain takes weights again.
 * @param lastUpdate block of the validator's last weights, 0 for never
 * @param rateLimit `WeightsSetRateLimit`, blocks
 */
export const weightsAllowedFrom = (lastUpdate: number, rateLimit: number): number =>
  lastUpdate === 0 ? 0 : lastUpdate + rateLimit

function shareOf({ weight, effective_block }: LeaderEntry): number {
  if (weight >= 0 && weight <= 1) return weight
  throw new RoundkeeperError('state-file', `leader.json: a weight of ${weight}, which is no share of the emission`, {
    where: `leader.json: entry of block ${effective_block}`,
    hint: 'A weight lies between 0 and 1. Nothing is set until the entry in effect has one.',
  })
}
