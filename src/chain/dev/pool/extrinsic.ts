/** A signed extrinsic: read from bytes of a stranger, and whether its signer signed it for this chain. */

import { blake2b } from '@noble/hashes/blake2.js'
import type { GenericExtrinsic } from '@polkadot/types'
import type { AnyTuple, Codec } from '@polkadot/types/types'
import { blake2Hex, bytesOf } from '../blocks/block.ts'
import { type Call, callOf } from '../runtime/call.ts'
import { utilCrypto } from '../runtime/libraries.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Hex } from '../substrate-node.ts'

/** What goes into a block at most. */
export const MAX_EXTRINSIC_BYTES = 1024 * 1024
/** Longer payloads are signed by their hash. */
const SIGNED_AS_IT_IS_BYTES = 256

export interface SignedExtrinsic {
  readonly hex: Hex
  readonly hash: Hex
  readonly call: Call
  /** SS58, format 42. */
  readonly who: string
  readonly nonce: number
  readonly tip: bigint
  /** The block whose hash it signed, given the block that it is looked at in; undefined for an immortal one. */
  birth(current: number): number | undefined
  /** Whether the signer signed it, for the chain with this genesis, with that block at its birth. */
  isSignedBy(genesisHash: Hex, birthHash: Hex): boolean
}

/** @returns undefined for what is no extrinsic of this runtime, `unsigned` for one that nobody signed */
export function readExtrinsic(runtime: Runtime, hex: Hex): SignedExtrinsic | 'unsigned' | undefined {
  const bytes = bytesOf(hex)
  if (bytes.length > MAX_EXTRINSIC_BYTES || hex !== `0x${Buffer.from(bytes).toString('hex')}`) return undefined
  try {
    const extrinsic = runtime.create('Extrinsic', bytes) as unknown as GenericExtrinsic<AnyTuple>
    // The library takes some bytes for more than they are: only what it writes again the same is what it read.
    if (Buffer.compare(extrinsic.toU8a(), bytes) !== 0) return undefined
    if (!extrinsic.isSigned) return 'unsigned'
    return signedOf(runtime, hex, bytes, extrinsic)
  } catch {
    return undefined
  }
}

function signedOf(
  runtime: Runtime,
  hex: Hex,
  bytes: Uint8Array,
  extrinsic: GenericExtrinsic<AnyTuple>,
): SignedExtrinsic | undefined {
  const inner = extrinsic.inner as unknown as { signature: { multiSignature?: Codec } }
  const { multiSignature } = inner.signature
  if (multiSignature === undefined) return undefined
  const { era, nonce, tip } = extrinsic
  const mode = (extrinsic as unknown as { mode?: { toNumber(): number } }).mode?.toNumber() ?? 0
  const who = utilCrypto().encodeAddress(extrinsic.signer.toString(), 42)

  return {
    hex,
    hash: blake2Hex(bytes),
    call: callOf(runtime, extrinsic.method),
    who,
    nonce: nonce.toNumber(),
    tip: tip.toBigInt(),
    birth: (current) => (era.isMortalEra ? era.asMortalEra.birth(current) : undefined),
    isSignedBy(genesisHash, birthHash) {
      const payload = runtime.registry.createTypeUnsafe('ExtrinsicPayload', [
        {
          method: extrinsic.method.toHex(),
          era,
          nonce,
          tip,
          mode,
          metadataHash: null,
          specVersion: runtime.specVersion,
          transactionVersion: runtime.transactionVersion,
          genesisHash,
          blockHash: birthHash,
        },
        { version: 4 },
      ])
      const whole = payload.toU8a({ method: true })
      const message = whole.length > SIGNED_AS_IT_IS_BYTES ? blake2b(whole, { dkLen: 32 }) : whole
      try {
        return utilCrypto().signatureVerify(message, multiSignature.toU8a(), who).isValid
      } catch {
        return false
      }
    },
  }
}
