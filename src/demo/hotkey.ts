// Addresses in SS58, the alphabet and checksum of Substrate chains: valid ones, whose keys nobody has.
import { createHash } from 'node:crypto'

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
/** Of any Substrate chain; such addresses begin with 5. */
const NETWORK = 42
const CHECKSUM_BYTES = 2

/** @returns 48 characters */
export function hotkeyOf(seed: string, name: string): string {
  const body = Buffer.from([NETWORK, ...createHash('sha256').update(`hotkey/${seed}/${name}`).digest()])
  const checksum = createHash('blake2b512').update('SS58PRE').update(body).digest().subarray(0, CHECKSUM_BYTES)
  return base58(Buffer.concat([body, checksum]))
}

/** For bytes that do not begin with 0. */
function base58(bytes: Buffer): string {
  let text = ''
  for (let rest = BigInt(`0x${bytes.toString('hex')}`); rest > 0n; rest /= 58n)
    text = ALPHABET[Number(rest % 58n)] + text
  return text
}
