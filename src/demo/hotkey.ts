import { createHash } from 'node:crypto'
import { addressOf } from '../wallet/address.ts'
import type { Keypair } from '../wallet/keypair.ts'
import { sr25519 } from '../wallet/libraries.ts'

/**
 * The keys of a demo's people follow from its seed, and so do their signatures: the same demo has the same chain, byte by
 * byte. Good for nothing but a demo.
 */
export function keypairOf(seed: string, name: string): Keypair {
  const secret = sr25519().secretFromSeed(digest(`hotkey/${seed}/${name}`))
  const publicKey = sr25519().getPublicKey(secret)
  return {
    address: addressOf(publicKey),
    publicKey,
    sign: (bytes) => sr25519().sign(secret, bytes, (length = 32) => digest(secret, bytes).subarray(0, length)),
  }
}

const digest = (...parts: (string | Uint8Array)[]): Uint8Array => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}
