/** A timelocked text as bytes on the chain ("TLE" with the "TinyBLS" curve): its parts, written and found again. */
import { join, type Read, readScale, type ScaleReader, u64 } from '../scale.ts'

/** A compressed point of G2. */
const POINT_BYTES = 96
export const KEY_BYTES = 32
export const NONCE_BYTES = 12
export const TAG_BYTES = 16
const SUITE = new TextEncoder().encode('AES_GCM_')

/** By how much a ciphertext is longer than its plaintext: a point, and six lengths with five parts behind them. */
export const OVERHEAD_BYTES = POINT_BYTES + 6 * 8 + 2 * KEY_BYTES + TAG_BYTES + NONCE_BYTES + SUITE.length

export interface Ciphertext {
  /** Compressed point of G2: what the round's signature opens. */
  readonly opener: Uint8Array
  /** Random bytes, masked by a pairing. */
  readonly maskedSigma: Uint8Array
  /** The AES key, masked by those. */
  readonly maskedKey: Uint8Array
  /** AES-256-GCM of the plaintext, its tag behind it. */
  readonly sealed: Uint8Array
  readonly nonce: Uint8Array
}

export function writeCiphertext({ opener, maskedSigma, maskedKey, sealed, nonce }: Ciphertext): Uint8Array {
  const body = join(part(sealed), part(nonce))
  return join(opener, part(maskedSigma), part(maskedKey), part(body), part(SUITE))
}

/** As generous as the chain, which looks neither at the name of the suite nor at what follows a part's last field. */
export function readCiphertext(bytes: Uint8Array): Read<Ciphertext> {
  return readScale(bytes, (reader) => {
    const opener = reader.take(POINT_BYTES)
    const maskedSigma = exactly(KEY_BYTES, reader)
    const maskedKey = exactly(KEY_BYTES, reader)
    const body = readScale(takePart(reader), (inner) => {
      const sealed = takePart(inner)
      const nonce = exactly(NONCE_BYTES, inner)
      inner.rest()
      if (sealed.length < TAG_BYTES) inner.refuse(`a tag of ${sealed.length} bytes`)
      return { sealed, nonce }
    })
    if (!body.ok) return reader.refuse(body.reason)
    takePart(reader)
    reader.rest()
    return { opener, maskedSigma, maskedKey, ...body.value }
  })
}

const part = (bytes: Uint8Array) => join(u64(BigInt(bytes.length)), bytes)

const takePart = (reader: ScaleReader) => reader.take(Number(reader.u64()))

function exactly(size: number, reader: ScaleReader): Uint8Array {
  const bytes = takePart(reader)
  return bytes.length === size ? bytes : reader.refuse(`${bytes.length} bytes where there must be ${size}`)
}
