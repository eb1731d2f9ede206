/** What time it is on a chain, and when things will happen there, told from its blocks. */
import type { Block, Chain } from '../chain/chain.ts'
import { isError } from '../errors.ts'
import { type DrandPace, drandRoundTime } from '../rules/drand.ts'

/** The block that is read is final, and so older than the newest one; more than this and the chain has a time of its own. */
const MAX_LAG_MS = 5 * 60_000
/** Over so many blocks their pace is taken. */
const SPAN = 20
const DEFAULT_BLOCK_MS = 12_000
/** A pulse is stored by a transaction, and what it opens is opened when the next block begins. */
const BLOCKS_TO_STORE_A_PULSE = 1

/** What a chain's next blocks will be stamped with: the wall clock, unless the chain lives in another time. */
export function chainNow(head: Block, wall: Date): Date {
  const lag = wall.getTime() - head.time.getTime()
  return lag >= 0 && lag <= MAX_LAG_MS ? wall : head.time
}

/** Milliseconds from block to block; what is usual where the chain is too young to tell, or too forgetful. */
export async function blockPace(chain: Pick<Chain, 'block'>, head: Block): Promise<number> {
  const span = Math.min(SPAN, head.number - 1)
  if (span < 1) return DEFAULT_BLOCK_MS
  try {
    const earlier = await chain.block(head.number - span)
    const pace = (head.time.getTime() - earlier.time.getTime()) / span
    return pace > 0 ? pace : DEFAULT_BLOCK_MS
  } catch (error) {
    if (isError(error, 'not-found')) return DEFAULT_BLOCK_MS
    throw error
  }
}

/**
 * In which block a timelock of a drand round opens, about.
 * @param from a block before, whose time is known
 * @param sealedIn the block that the timelock lies in, as it cannot open in there
 */
export function revealBlockOf(
  revealRound: number,
  pace: DrandPace,
  from: Block,
  blockMs: number,
  sealedIn: number,
): number {
  const wait = drandRoundTime(pace, revealRound).getTime() - from.time.getTime()
  return Math.max(sealedIn + 1, from.number + Math.ceil(wait / blockMs) + BLOCKS_TO_STORE_A_PULSE)
}
