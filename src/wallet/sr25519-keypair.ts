/** A key pair that we hold ourselves. The secret leaves an object of this class by `privateKey()` only. */
import { RoundkeeperError } from '../errors.ts'
import { addressOf } from './address.ts'
import type { Keypair } from './keypair.ts'
import { sr25519 } from './libraries.ts'
import { canonical, expanded } from './private-key-form.ts'

export const SEED_BYTES = 32

export class Sr25519Keypair implements Keypair, Disposable {
  readonly address: string
  readonly publicKey: Uint8Array
  readonly #secret: Uint8Array
  #gone = false

  private constructor(secret: Uint8Array) {
    this.#secret = secret
    this.publicKey = sr25519().getPublicKey(secret)
    this.address = addressOf(this.publicKey)
  }

  /** @param seed 32 bytes, from which all of the key follows; undefined is returned for any other number of them */
  static fromSeed(seed: Uint8Array): Sr25519Keypair | undefined {
    return seed.length === SEED_BYTES ? new Sr25519Keypair(sr25519().secretFromSeed(seed)) : undefined
  }

  /** @param privateKey 64 bytes as key files hold them; undefined is returned for what is no such key */
  static fromPrivateKey(privateKey: Uint8Array): Sr25519Keypair | undefined {
    const secret = expanded(privateKey)
    return secret && new Sr25519Keypair(secret)
  }

  sign(bytes: Uint8Array): Uint8Array {
    if (this.#gone) throw new RoundkeeperError('internal', 'this key was put away and cannot sign any more')
    return sr25519().sign(this.#secret, bytes)
  }

  /** 64 bytes as key files hold them: a copy, for whoever asks to wipe. */
  privateKey(): Uint8Array {
    return canonical(this.#secret)
  }

  /** Wipes the secret; the address stays. */
  [Symbol.dispose](): void {
    this.#secret.fill(0)
    this.#gone = true
  }
}

/** Whether the owner of the public key (32 bytes) signed exactly these bytes. */
export function verifySignature(bytes: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return sr25519().verify(bytes, signature, publicKey)
  } catch {
    return false
  }
}
