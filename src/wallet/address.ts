/** Addresses: SS58 with format 42, as Bittensor and generic Substrate chains write them. */
import { utilCrypto } from './libraries.ts'

const FORMAT = 42
const PUBLIC_KEY_BYTES = 32
/** The longest is 48 characters; decoding takes time that grows with the square of the length. */
const MAX_LENGTH = 64

/** @param publicKey 32 bytes */
export const addressOf = (publicKey: Uint8Array): string => utilCrypto().encodeAddress(publicKey, FORMAT)

/** The 32 bytes that an address stands for, or undefined when it is none, or one of another chain. */
export function publicKeyOf(address: string): Uint8Array | undefined {
  if (address.length > MAX_LENGTH || !/^[1-9A-HJ-NP-Za-km-z]+$/.test(address)) return undefined
  try {
    const publicKey = utilCrypto().decodeAddress(address, false, FORMAT)
    return publicKey.length === PUBLIC_KEY_BYTES ? publicKey : undefined
  } catch {
    return undefined
  }
}
