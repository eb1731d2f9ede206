/** Weights that are committed before anybody can read them: what is encrypted (version 4), and what is hashed (version 2). */
import { blake2b } from '@noble/hashes/blake2.js'
import { join, list, type Read, readScale, sized, u16, u64 } from './scale.ts'

/** Of `commit_timelocked_weights`: `CommitRevealWeightsVersion` of the runtimes that we know. */
export const TIMELOCKED_WEIGHTS_VERSION = 4
/** Of the encrypted weights of one commit. */
export const MAX_COMMIT_BYTES = 5000
/** No subnet has more uids. */
export const MAX_UIDS = 4096
const ACCOUNT_BYTES = 32
/** A mechanism's uids are apart from the subnet's own by this much per mechanism. */
const MECHANISM_STRIDE = 4096

/** Weights as a call to the chain takes them, `values[i]` for `uids[i]`. */
export interface WeightsPayload {
  /** Public key of the hotkey that commits, 32 bytes: nobody else can use these weights. */
  readonly hotkey: Uint8Array
  readonly uids: readonly number[]
  readonly values: readonly number[]
  readonly versionKey: bigint
}

/** What is timelock-encrypted; the chain reveals it by itself. */
export function encodeTimelockedWeights({ hotkey, uids, values, versionKey }: WeightsPayload): Uint8Array {
  return join(sized(hotkey), list(uids.map(u16)), list(values.map(u16)), u64(versionKey))
}

export function decodeTimelockedWeights(bytes: Uint8Array): Read<WeightsPayload> {
  return readScale(bytes, (reader) => {
    const hotkey = reader.sized(ACCOUNT_BYTES)
    if (hotkey.length !== ACCOUNT_BYTES) return reader.refuse(`a hotkey of ${hotkey.length} bytes`)
    const uids = reader.list(MAX_UIDS, reader.u16)
    const values = reader.list(MAX_UIDS, reader.u16)
    if (uids.length !== values.length) return reader.refuse(`${values.length} weights of ${uids.length} uids`)
    return { hotkey, uids, values, versionKey: reader.u64() }
  })
}

export interface HashedWeights extends WeightsPayload {
  readonly netuid: number
  /** 0 where the subnet has no others. */
  readonly mechanism?: number
  /** Random numbers below 2¹⁶, so that nobody finds the weights by trying. */
  readonly salt: readonly number[]
}

/** The hash of `commit_weights`, 32 bytes; `reveal_weights` names the same weights and salt in the next epoch. */
export function hashOfWeights({
  hotkey,
  netuid,
  mechanism = 0,
  uids,
  values,
  salt,
  versionKey,
}: HashedWeights): Uint8Array {
  const index = netuid + mechanism * MECHANISM_STRIDE
  const vectors = [uids, values, salt].map((vector) => list(vector.map(u16)))
  return blake2b(join(hotkey, u16(index), ...vectors, u64(versionKey)), { dkLen: 32 })
}
