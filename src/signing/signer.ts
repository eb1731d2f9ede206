import type { PublicKey } from './public-key.ts'

/** Whoever can sign commits. */
export interface Signer {
  readonly publicKey: PublicKey
  /** @returns an armored SSH signature for git; the same for the same payload */
  sign(payload: Uint8Array): string
}
