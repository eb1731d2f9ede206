/** A text made ready for the chain: what is encrypted, to which round of drand, and when that will open. */
import type { Block } from '../chain/chain.ts'
import { type Data, spaceOf } from '../chain/commitment-data.ts'
import { encodePayload, MAX_PLAINTEXT_BYTES } from '../chain/reveal-payload.ts'
import type { ChainBeacon } from '../chain/subnets.ts'
import { OVERHEAD_BYTES } from '../chain/timelock/ciphertext.ts'
import { BLOCKS_UNTIL_REVEAL, demandPublished, revealRoundFor } from '../chain/timelock/reveal-round.ts'
import { encrypt, type TimelockEntropy } from '../chain/timelock/timelock.ts'
import { RoundkeeperError } from '../errors.ts'
import { drandRoundAt } from '../rules/drand.ts'
import { blockPace, chainNow, revealBlockOf } from './chain-time.ts'
import type { MinerChain } from './miner-chain.ts'

/** Nothing was sent, and nothing is secret yet: what `--dry-run` shows. */
export interface Sealing {
  readonly text: string
  /** The text behind its length, as it is encrypted. */
  readonly plaintext: Uint8Array
  readonly head: Block
  readonly beacon: ChainBeacon
  readonly blockMs: number
  readonly revealRound: number
  /** Where the reveal shows if the commitment lies in the next block. */
  readonly expectedRevealBlock: number
  /** What it counts against the hotkey's space of this epoch. */
  readonly space: number
}

/** Pulses that are this many blocks late are taken for missing. */
const LATE_BLOCKS = 10

/**
 * Picks the round as Bittensor's own clients do, two blocks ahead; never one that is public already.
 * @param head the block that the chain is read at
 * @throws `usage` for a text that no commitment can hold, `refused` for rounds that cannot be, `unavailable`
 */
export async function seal(chain: MinerChain, text: string, head: Block, wall: Date): Promise<Sealing> {
  const plaintext = encodePayload(text)
  if (plaintext.length > MAX_PLAINTEXT_BYTES) {
    throw new RoundkeeperError('usage', `a commitment of ${plaintext.length} bytes is too long`, {
      hint: `The chain takes ${MAX_PLAINTEXT_BYTES} bytes under a timelock: use shorter names and addresses.`,
    })
  }
  const [beacon, blockMs] = [await chain.beacon(), await blockPace(chain, head)]
  const now = chainNow(head, wall)
  demandPublished(beacon, now)
  const wanted = revealRoundFor({ now, blocks: BLOCKS_UNTIL_REVEAL, blockSeconds: blockMs / 1000, pace: beacon })
  const revealRound = Math.max(wanted, drandRoundAt(beacon, now) + 1, beacon.lastRound + 1)
  return {
    text,
    plaintext,
    head,
    beacon,
    blockMs,
    revealRound,
    expectedRevealBlock: revealBlockOf(revealRound, beacon, head, blockMs, head.number + 1),
    space: spaceOf([timelock(new Uint8Array(plaintext.length + OVERHEAD_BYTES), revealRound)]),
  }
}

/** The fields of the call, encrypted anew every time unless told what with. */
export const sealedFields = (
  { plaintext, revealRound, beacon }: Sealing,
  entropy?: TimelockEntropy,
): readonly Data[] => [
  timelock(
    encrypt(plaintext, { round: revealRound, publicKey: beacon.publicKey, ...(entropy && { entropy }) }),
    revealRound,
  ),
]

/** Where drand's pulses do not reach the chain, nothing is revealed until they do. @returns by how many rounds, or 0 */
export function missingPulses({ beacon, head, blockMs }: Pick<Sealing, 'beacon' | 'head' | 'blockMs'>): number {
  const behind = drandRoundAt(beacon, head.time) - beacon.lastRound
  return behind * beacon.periodMs > LATE_BLOCKS * blockMs + beacon.periodMs ? behind : 0
}

const timelock = (encrypted: Uint8Array, revealRound: number): Data => ({
  kind: 'timelock',
  encrypted,
  revealRound: BigInt(revealRound),
})
