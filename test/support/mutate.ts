// Mutations of a valid file that follow from a number, so that any failure can be had again.

/** Uniform numbers 0..1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let x = state
    x = Math.imul(x ^ (x >>> 15), x | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Bytes and words that readers stumble over. */
const NASTY = [0, 1, 0x7f, 0x80, 0xff, 0x20, 0x22, 0x2d, 0x2c, 0x39, 0x5b, 0x7b]
const WORDS = [0, 1, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f7fffff, 0x7fffffff, 0x80000000, 0xffffffff, 0x00010000]

/** Changes bytes and words, cuts, doubles and inserts, one to six times. */
export function mutated(bytes: Uint8Array, random: () => number): Uint8Array {
  let out = Buffer.from(bytes)
  const below = (n: number) => Math.floor(random() * n)
  for (let times = 1 + below(6); times > 0 && out.length > 8; times--) {
    const at = below(out.length)
    const kind = below(20)
    if (kind < 6) out[at] = below(256)
    else if (kind < 11) out[at] = NASTY[below(NASTY.length)]!
    else if (kind < 16) out.writeUInt32LE(WORDS[below(WORDS.length)]!, Math.min(at - (at % 4), out.length - 4))
    else if (kind === 16) out[at]! ^= 1 << below(8)
    else if (kind === 17) out = out.subarray(0, at)
    else if (kind === 18) out = Buffer.concat([out.subarray(0, at), out.subarray(below(at + 1))])
    else out = Buffer.concat([out.subarray(0, at), Buffer.alloc(below(9), below(256)), out.subarray(at)])
  }
  return out
}
