/** The well-known keys of development, `//Alice` and the like: everybody has their secrets. */
import type { Keypair } from '../../wallet/keypair.ts'
import { utilCrypto } from './runtime/libraries.ts'

/** Of Substrate's tools: all their development accounts are derived from it. */
const DEV_PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk'
const SS58_FORMAT = 42
const PUBLIC_KEY_BYTES = 32

const made = new Map<string, Keypair>()

/** @param uri a path such as `//Alice` */
export function devKeypair(uri: string): Keypair {
  const known = made.get(uri)
  if (known !== undefined) return known
  const { keyExtractSuri, keyFromPath, mnemonicToMiniSecret, sr25519PairFromSeed, sr25519Sign, encodeAddress } =
    utilCrypto()
  const { phrase, path } = keyExtractSuri(`${DEV_PHRASE}${uri}`)
  const pair = keyFromPath(sr25519PairFromSeed(mnemonicToMiniSecret(phrase)), path, 'sr25519')
  const { publicKey } = pair
  const keypair: Keypair = {
    address: encodeAddress(publicKey, SS58_FORMAT),
    publicKey,
    sign: (bytes) => sr25519Sign(bytes, pair),
  }
  made.set(uri, keypair)
  return keypair
}

/** An address as it is, in format 42; a path of a development key as that key's. @throws for neither */
export function addressOf(text: string): string {
  if (text.startsWith('//')) return devKeypair(text).address
  const publicKey = utilCrypto().decodeAddress(text)
  // SS58 knows shorter accounts than those of this chain, and hex of any length is taken, too.
  if (publicKey.length !== PUBLIC_KEY_BYTES) throw new Error(`an account of ${publicKey.length} bytes`)
  return utilCrypto().encodeAddress(publicKey, SS58_FORMAT)
}
