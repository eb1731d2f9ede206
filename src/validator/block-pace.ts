/** How fast blocks come: as config.json says, or faster where the chain is seen to be, as development chains are. */
import type { Block } from '../chain/chain.ts'
import { isError } from '../errors.ts'
import type { Config } from '../state/config.ts'
import type { ValidatorChain } from './validator-chain.ts'

const DEFAULT_SECONDS = 12
/** Looked back by so many: few enough that every node still has them. */
const SAMPLE_BLOCKS = 10

/**
 * Seconds a block. Never more than configured: a chain that stood still for a while is not slow, and weights that are to be
 * revealed too late are lost, while too early only means that they are public a little sooner.
 */
export async function blockSecondsOf(
  chain: Pick<ValidatorChain, 'block'>,
  head: Block,
  { block_seconds = DEFAULT_SECONDS }: Pick<Config, 'block_seconds'>,
): Promise<number> {
  const earlier = await blockOrNone(chain, head.number - SAMPLE_BLOCKS)
  if (earlier === undefined) return block_seconds
  const seen = (head.time.getTime() - earlier.time.getTime()) / 1000 / SAMPLE_BLOCKS
  return seen > 0 ? Math.min(block_seconds, seen) : block_seconds
}

async function blockOrNone(chain: Pick<ValidatorChain, 'block'>, number: number): Promise<Block | undefined> {
  try {
    return number < 1 ? undefined : await chain.block(number)
  } catch (error) {
    if (isError(error, 'not-found')) return undefined
    throw error
  }
}
