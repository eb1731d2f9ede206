import { createHash } from 'node:crypto'
import { addressOf } from '../wallet/address.ts'
import type { Keypair } from '../wallet/keypair.ts'
import { sr25519 } from '../wallet/libraries.ts'

/**
 * The keys of a demo's people follow from its seed, and so do their signatures: the same demo has the same chain, byte by
 * byte. Good for nothing but a demo.
 */
export class DemoKeypair implements Keypair {
  readonly address: string
  readonly publicKey: Uint8Array
  readonly #secret: Uint8Array

  constructor(seed: string, name: string) {
    this.#secret = sr25519().secretFromSeed(digest(`hotkey/${seed}/${name}`))
    this.publicKey = sr25519().getPublicKey(this.#secret)
    this.address = addressOf(this.publicKey)
  }

  sign(bytes: Uint8Array): Uint8Array {
    const chance = (length = 32) => digest(this.#secret, bytes).subarray(0, length)
    return sr25519().sign(this.#secret, bytes, chance)
  }
}

const digest = (...parts: (string | Uint8Array)[]): Uint8Array => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}
