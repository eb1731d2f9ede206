/**
 * The two forms of an sr25519 private key, 64 bytes each: a scalar, then 32 bytes that nonces are made from. Key files hold the
 * scalar itself (schnorrkel's form); libraries of Polkadot expect eight times the scalar, as ed25519 has it.
 */
export const PRIVATE_KEY_BYTES = 64
const SCALAR_BYTES = 32
const SHIFT = 3
/** Scalars of ristretto are below 2^252 and a little, so that eight of them still fit. */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

/** @returns undefined for what is no private key: not 64 bytes, or a scalar that is zero or too large */
export function expanded(canonical: Uint8Array): Uint8Array | undefined {
  if (canonical.length !== PRIVATE_KEY_BYTES) return undefined
  const scalar = littleEndian(canonical.subarray(0, SCALAR_BYTES))
  if (scalar === 0n || scalar >= ORDER) return undefined
  const key = Uint8Array.from(canonical)
  for (let index = SCALAR_BYTES - 1; index >= 0; index--) {
    const below = index === 0 ? 0 : (canonical[index - 1] as number)
    key[index] = ((canonical[index] as number) << SHIFT) | (below >> (8 - SHIFT))
  }
  return key
}

/** @param key 64 bytes as libraries of Polkadot hold them; its scalar is a multiple of eight */
export function canonical(key: Uint8Array): Uint8Array {
  const canonical = Uint8Array.from(key)
  for (let index = 0; index < SCALAR_BYTES; index++) {
    const above = index === SCALAR_BYTES - 1 ? 0 : (key[index + 1] as number)
    canonical[index] = ((key[index] as number) >> SHIFT) | (above << (8 - SHIFT))
  }
  return canonical
}

const littleEndian = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
