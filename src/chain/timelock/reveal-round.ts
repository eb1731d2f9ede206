/** To which round of drand to encrypt, so that the chain reveals a text so many blocks from now. */
import { type DrandPace, quicknet } from '../../rules/drand.ts'

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
