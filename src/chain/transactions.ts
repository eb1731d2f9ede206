/** What we ask a chain to do. Signed by a key that never leaves this process. */
import type { Weights } from '../rules/weights.ts'
import type { Keypair } from '../wallet/keypair.ts'
import type { Data } from './commitment-data.ts'

/** Where an extrinsic came to lie. A promise of it resolves only when that block is final and the call succeeded. */
export interface Receipt {
  /** `0x` and 64 hex digits, as the block's. */
  readonly extrinsicHash: string
  readonly blockHash: string
  readonly blockNumber: number
}

/**
 * Every call waits until its extrinsic is final, is bounded in time, and throws `refused` with the name of the pallet's
 * error and what to do, `unavailable` when nobody knows what became of it: then look for the effect before trying again.
 */
export interface Transactions {
  /** Overwrites the hotkey's commitment, one that is not revealed yet included. */
  setCommitment(hotkey: Keypair, netuid: number, fields: readonly Data[]): Promise<Receipt>
  setWeights(hotkey: Keypair, netuid: number, weights: Weights, versionKey: bigint): Promise<Receipt>
  /** For subnets with commit–reveal; the chain reveals them by itself once the round is public. */
  commitTimelockedWeights(hotkey: Keypair, netuid: number, commit: TimelockedWeights): Promise<Receipt>
  /** Registers a hotkey on a subnet; the coldkey pays the price of the moment. @param limit rao, at most */
  burnedRegister(coldkey: Keypair, netuid: number, hotkey: string, limit?: bigint): Promise<Receipt>
}

export interface TimelockedWeights {
  /** Encrypted, as `encodeTimelockedWeights` packed them. */
  readonly encrypted: Uint8Array
  readonly revealRound: number
  readonly version: number
}
