/** Encrypts to a future round of drand, so that nobody can read the text before its signature is public, and everybody after. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { RoundkeeperError } from '../../errors.ts'
import { quicknet } from '../../rules/drand.ts'
import type { Read } from '../scale.ts'
import { KEY_BYTES, NONCE_BYTES, readCiphertext, TAG_BYTES, writeCiphertext } from './ciphertext.ts'
import { keyOf, keyPoint, maskOf, pointOfRound, scalarOf, sha256, signaturePoint, xor } from './curve.ts'

const CIPHER = 'aes-256-gcm'

/** What makes every ciphertext another one. Whoever knows it can read the text, and the same twice gives the key away. */
export interface TimelockEntropy {
  /** 32 bytes, the AES key. */
  readonly key: Uint8Array
  /** 32 bytes. */
  readonly sigma: Uint8Array
  /** 12 bytes. */
  readonly nonce: Uint8Array
}

export interface Timelock {
  /** From which round on the text can be read. */
  readonly round: number
  /** Hex of the beacon's public key; quicknet's unless the chain's `BeaconConfig` says otherwise. */
  readonly publicKey?: string
  readonly entropy?: TimelockEntropy
}

/** @returns `OVERHEAD_BYTES` more than the plaintext @throws `usage` for what is no round or no public key */
export function encrypt(
  plaintext: Uint8Array,
  { round, publicKey = quicknet.publicKey, entropy }: Timelock,
): Uint8Array {
  const beacon = keyPoint(Buffer.from(publicKey, 'hex'))
  if (beacon === undefined) {
    throw new RoundkeeperError('usage', 'not the public key of a drand network', {
      where: JSON.stringify(publicKey.slice(0, 200)),
      hint: 'Expected the hex of a compressed point of BLS12-381 in G2, 96 bytes, as `BeaconConfig` holds it.',
    })
  }
  const { key, sigma, nonce } = entropy ?? fresh()
  const factor = scalarOf(sha256(sigma, key))
  const cipher = createCipheriv(CIPHER, key, nonce)
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
  return writeCiphertext({
    opener: keyOf(factor).toBytes(),
    maskedSigma: xor(sigma, maskOf(pointOfRound(round), beacon.multiply(factor))),
    maskedKey: xor(key, sha256(sigma)),
    sealed,
    nonce,
  })
}

/**
 * Opens what the chain would open, and nothing else.
 * @param signature of the round, 48 bytes
 * @returns the plaintext, which may be empty (the chain drops that), or why there is none
 */
export function decrypt(ciphertext: Uint8Array, signature: Uint8Array): Read<Uint8Array> {
  const read = readCiphertext(ciphertext)
  if (!read.ok) return { ok: false, reason: `not a timelocked text: ${read.reason}` }
  const { opener, maskedSigma, maskedKey, sealed, nonce } = read.value
  const lock = keyPoint(opener)
  if (lock === undefined) return { ok: false, reason: 'not a timelocked text: its first 96 bytes are no point of G2' }
  const signed = signaturePoint(signature)
  if (signed === undefined) return { ok: false, reason: 'not a signature of drand' }

  const sigma = xor(maskedSigma, maskOf(signed, lock))
  const key = xor(maskedKey, sha256(sigma))
  if (!keyOf(scalarOf(sha256(sigma, key))).equals(lock)) {
    return { ok: false, reason: 'encrypted to another round, or to nothing' }
  }
  const decipher = createDecipheriv(CIPHER, key, nonce).setAuthTag(sealed.subarray(-TAG_BYTES))
  try {
    const opened = Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()])
    return { ok: true, value: new Uint8Array(opened) }
  } catch {
    return { ok: false, reason: 'changed after it was encrypted' }
  }
}

const fresh = (): TimelockEntropy => ({
  key: randomBytes(KEY_BYTES),
  sigma: randomBytes(KEY_BYTES),
  nonce: randomBytes(NONCE_BYTES),
})
