/** A drand pulse, the public value of one round: whether it is the network's, told offline from nothing but its public key. */
import { quicknet } from '../../rules/drand.ts'
import { isSigned, keyOf, keyPoint, pointOfRound, scalarOf, sha256, signaturePoint } from './curve.ts'

/** Whose pulse: quicknet's unless told otherwise. Hex. */
type PublicKey = string

/**
 * Whether a network with this key published this value in this round: its randomness is the SHA-256 of its signature.
 * @param signature hex, with or without `0x`, as `randomness`; anything else is simply not a pulse
 */
export function verifyPulse(
  round: number,
  signature: string,
  randomness: string,
  publicKey: PublicKey = quicknet.publicKey,
): boolean {
  const signed = bytesOf(signature)
  const value = bytesOf(randomness)
  if (signed === undefined || value === undefined || !Buffer.from(sha256(signed)).equals(value)) return false
  return isSignatureOf(round, signed, publicKey)
}

/** Whether 48 bytes are the network's signature of a round: what opens everything that is encrypted to it. */
export function isSignatureOf(
  round: number,
  signature: Uint8Array,
  publicKey: PublicKey = quicknet.publicKey,
): boolean {
  if (!Number.isSafeInteger(round) || round < 1) return false
  const point = signaturePoint(signature)
  const key = keyPoint(bytesOf(publicKey) ?? new Uint8Array())
  return point !== undefined && key !== undefined && isSigned(point, pointOfRound(round), key)
}

/** A network of one's own, for chains that are not connected to drand: whoever holds the secret knows every pulse ahead. */
export interface Beacon {
  readonly publicKey: PublicKey
  pulse(round: number): { readonly signature: Uint8Array; readonly randomness: Uint8Array }
}

export function beaconOf(seed: string): Beacon {
  const secret = scalarOf(sha256(new TextEncoder().encode(`roundkeeper beacon\n${seed}`)))
  return {
    publicKey: keyOf(secret).toHex(),
    pulse(round) {
      const signature = pointOfRound(round).multiply(secret).toBytes()
      return { signature, randomness: sha256(signature) }
    },
  }
}

function bytesOf(hex: string): Uint8Array | undefined {
  const digits = hex.replace(/^0x/, '')
  return /^(?:[0-9a-f]{2})+$/i.test(digits) ? Buffer.from(digits, 'hex') : undefined
}
