/** The well-known keys of development, `//Alice` and the like: everybody has their secrets. */
import { addressOf as ss58Of } from '../../wallet/address.ts'
import { derivedKey } from '../../wallet/derived-key.ts'
import type { Keypair } from '../../wallet/keypair.ts'
import { utilCrypto } from './runtime/libraries.ts'

const PUBLIC_KEY_BYTES = 32

const made = new Map<string, Keypair>()

/** @param uri a path such as `//Alice` @throws for what is no path */
export function devKeypair(uri: string): Keypair {
  const keypair = made.get(uri) ?? derivedKey(uri)
  if (keypair === undefined) throw new Error(`no path of a development key: ${uri}`)
  made.set(uri, keypair)
  return keypair
}

/** An address as it is, in format 42; a path of a development key as that key's. @throws for neither */
export function addressOf(text: string): string {
  if (text.startsWith('//')) return devKeypair(text).address
  const publicKey = utilCrypto().decodeAddress(text)
  // SS58 knows shorter accounts than those of this chain, and hex of any length is taken, too.
  if (publicKey.length !== PUBLIC_KEY_BYTES) throw new Error(`an account of ${publicKey.length} bytes`)
  return ss58Of(publicKey)
}
