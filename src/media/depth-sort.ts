// Stable radix sort on the bits of positive floats: nearer first, ties in the order of the file.

const BITS = 11
const BUCKETS = 2048
const PASSES = 3

/** @param depths positive and finite @returns indices into `depths`, nearest first */
export function orderByDepth(depths: Float32Array): Uint32Array {
  const keys = new Uint32Array(depths.buffer, depths.byteOffset, depths.length)
  let order = new Uint32Array(keys.length)
  let other = new Uint32Array(keys.length)
  for (let i = 0; i < order.length; i++) order[i] = i
  for (let pass = 0; pass < PASSES; pass++) {
    const shift = pass * BITS
    const starts = new Uint32Array(BUCKETS + 1)
    for (let i = 0; i < keys.length; i++) starts[((keys[i]! >>> shift) & (BUCKETS - 1)) + 1]!++
    for (let bucket = 0; bucket < BUCKETS; bucket++) starts[bucket + 1]! += starts[bucket]!
    for (let i = 0; i < order.length; i++) {
      const index = order[i]!
      other[starts[(keys[index]! >>> shift) & (BUCKETS - 1)]!++] = index
    }
    ;[order, other] = [other, order]
  }
  return order
}
