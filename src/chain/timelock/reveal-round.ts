/** To which round of drand to encrypt, so that the chain reveals a text so many blocks from now. */
import { RoundkeeperError } from '../../errors.ts'
import { type DrandPace, drandRoundAt, quicknet } from '../../rules/drand.ts'

/** Miners' tools ask for this delay. */
export const BLOCKS_UNTIL_REVEAL = 2

export interface RevealDelay {
  readonly now: Date
  /** How many blocks the text must stay unread. */
  readonly blocks: number
  readonly blockSeconds?: number
  /** The chain's `BeaconConfig`; quicknet's pace unless told otherwise. */
  readonly pace?: DrandPace
}

/**
 * floor((now + blocks · block time − genesis) / period), the wait in whole seconds, as Bittensor's own clients take it:
 * such a round is published one to two periods before that time, since rounds count from 1.
 */
export function revealRoundFor({ now, blocks, blockSeconds = 12, pace = quicknet }: RevealDelay): number {
  const waitMs = Math.round(blocks * blockSeconds) * 1000
  return Math.max(1, Math.floor((now.getTime() + waitMs - pace.genesisMs) / pace.periodMs))
}

/** Clocks differ, and the chain goes on while it is read. */
const MAX_AHEAD_MS = 5 * 60_000

/**
 * What is sealed for a round long after the chain's newest one would stay closed for as long as a node likes to say.
 * @param now the chain's own time @throws `refused` for a newest round that cannot be public by then
 */
export function demandPublished({ lastRound, ...pace }: DrandPace & { readonly lastRound: number }, now: Date): void {
  if ((lastRound - drandRoundAt(pace, now)) * pace.periodMs <= MAX_AHEAD_MS) return
  throw new RoundkeeperError('refused', `the chain names round ${lastRound} of drand, which is not published yet`, {
    where: 'Drand.LastStoredRound',
    hint: 'Do not trust this node: ask another one. Or the clock of this machine is wrong.',
  })
}
