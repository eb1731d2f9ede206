/** Private keys as `ssh-keygen` keeps them (PROTOCOL.key of OpenSSH): read and written without a passphrase. */
import { createHash } from 'node:crypto'
import { armored, dearmored } from './base64.ts'
import { KEY_TYPE, type PublicKey, readBlob } from './public-key.ts'
import { Malformed, string, uint32, WireReader } from './wire.ts'

export const OPENSSH_ARMOR = 'OPENSSH PRIVATE KEY'
const MAGIC = 'openssh-key-v1\0'
const SEED_BYTES = 32
/** Of the cipher `none`. */
const BLOCK_BYTES = 8

/** @returns the seed of an ed25519 key, 32 bytes, and what it says is its public half @throws Malformed */
export function readOpenSshKey(text: string): { seed: Buffer; publicKey: PublicKey } {
  const reader = new WireReader(dearmored(OPENSSH_ARMOR, `${text.trim()}\n`))
  if (reader.take(MAGIC.length).toString('latin1') !== MAGIC) throw new Malformed('it is no key of OpenSSH')
  const cipher = reader.text()
  reader.string() // how a passphrase becomes a key, and
  reader.string() // its settings
  if (reader.uint32() !== 1) throw new Malformed('it does not hold one key')
  const publicKey = readBlob(reader.string())
  if (cipher !== 'none') throw new Malformed('it is locked with a passphrase')
  const secret = new WireReader(reader.string())
  reader.end()
  const [check, again] = [secret.uint32(), secret.uint32()]
  if (check !== again) throw new Malformed('it is damaged')
  if (secret.text() !== KEY_TYPE) throw new Malformed('it holds another type of key than it says')
  const raw = secret.string()
  const pair = secret.string()
  secret.string() // the comment
  if (!isPadding(secret.rest())) throw new Malformed('it is damaged')
  const whole = pair.length === 2 * SEED_BYTES && raw.equals(publicKey.raw) && pair.subarray(SEED_BYTES).equals(raw)
  if (!whole) throw new Malformed('its halves do not belong together')
  return { seed: pair.subarray(0, SEED_BYTES), publicKey }
}

/** The same text for the same key and comment. */
export function writeOpenSshKey(seed: Buffer, { raw, blob }: PublicKey, comment: string): string {
  // Two equal numbers that show whether it was unlocked rightly; here nothing is locked.
  const check = createHash('sha256').update(seed).digest().subarray(0, 4)
  const pair = Buffer.concat([seed, raw])
  const secret = Buffer.concat([check, check, ...[KEY_TYPE, raw, pair, comment].map(string)])
  const padding = Buffer.from(Array.from({ length: -secret.length & (BLOCK_BYTES - 1) }, (_, i) => i + 1))
  const names = ['none', 'none', ''].map(string)
  const publicPart = string(Buffer.from(blob, 'base64'))
  const secretPart = string(Buffer.concat([secret, padding]))
  return armored(OPENSSH_ARMOR, Buffer.concat([Buffer.from(MAGIC), ...names, uint32(1), publicPart, secretPart]))
}

const isPadding = (bytes: Buffer) => bytes.length < BLOCK_BYTES && bytes.every((byte, i) => byte === i + 1)
