/**
 * Fernet, as the oldest releases encrypted key files: base64 of version, time, IV, AES-128-CBC ciphertext and HMAC-SHA256
 * (github.com/fernet/spec). PBKDF2 makes the key, with a salt that is the same for all.
 */
import { createDecipheriv, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** Version 128 and the first bytes of a time within this century. */
export const FERNET_PREFIX = 'gAAAAA'
const SALT = 'Iguesscyborgslikemyselfhaveatendencytobeparanoidaboutourorigins'
const ITERATIONS = 10_000_000
const KEY_BYTES = 16
const IV_AT = 9
const CIPHERTEXT_AT = 25
const HMAC_BYTES = 32

/** Takes a few seconds. @returns undefined when the password is wrong or the file damaged */
export async function fernetOpen(file: Uint8Array, password: Uint8Array): Promise<Buffer | undefined> {
  const token = Buffer.from(Buffer.from(file).toString('latin1').trim(), 'base64url')
  if (token.length <= CIPHERTEXT_AT + HMAC_BYTES) return undefined
  const signed = token.subarray(0, -HMAC_BYTES)
  const keys = await promisify(pbkdf2)(password, SALT, ITERATIONS, 2 * KEY_BYTES, 'sha256')
  try {
    const tag = createHmac('sha256', keys.subarray(0, KEY_BYTES)).update(signed).digest()
    if (!timingSafeEqual(tag, token.subarray(-HMAC_BYTES))) return undefined
    const decipher = createDecipheriv('aes-128-cbc', keys.subarray(KEY_BYTES), token.subarray(IV_AT, CIPHERTEXT_AT))
    return Buffer.concat([decipher.update(signed.subarray(CIPHERTEXT_AT)), decipher.final()])
  } finally {
    keys.fill(0)
  }
}
