/**
 * How Bittensor encrypts key files today: `$NACL`, a nonce of 24 bytes, and a secretbox (XSalsa20-Poly1305) whose key is
 * made from the password by Argon2i with a salt that is the same for all.
 */
import { randomBytes } from 'node:crypto'
import { utilCrypto } from '../libraries.ts'
import { argon2i } from './argon2i.ts'

export const NACL_PREFIX = '$NACL'
const NONCE_BYTES = 24
const PARAMETERS = {
  salt: Buffer.from('137183dff15a09bc9c90b5518739e9b1', 'hex'),
  passes: 8,
  memoryKiB: 524_288,
  keyBytes: 32,
}

/** 32 bytes; takes about six seconds and half a GiB. The caller wipes it. */
export const naclKey = (password: Uint8Array): Promise<Buffer> => argon2i(password, PARAMETERS)

/** @returns undefined when the key is not the one, or the file was damaged: which of the two, nobody can tell */
export function naclOpen(file: Uint8Array, key: Uint8Array): Buffer | undefined {
  const nonce = file.subarray(NACL_PREFIX.length, NACL_PREFIX.length + NONCE_BYTES)
  if (nonce.length < NONCE_BYTES) return undefined
  const plain = utilCrypto().naclDecrypt(file.subarray(NACL_PREFIX.length + NONCE_BYTES), nonce, key)
  return plain === null ? undefined : Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength)
}

export function naclSeal(plain: Uint8Array, key: Uint8Array, nonce: Uint8Array = randomBytes(NONCE_BYTES)): Buffer {
  const { encrypted } = utilCrypto().naclEncrypt(plain, key, nonce)
  return Buffer.concat([Buffer.from(NACL_PREFIX), nonce, encrypted])
}
