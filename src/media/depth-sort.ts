// Stable radix sort on the bits of positive floats: nearer first, ties in the order of the file.

const BITS = 11
const BUCKETS = 2048
const PASSES = 3

/** @param depths positive and finite @returns indices into `depths`, nearest first */
export function orderByDepth(depths: Float32Array): Uint32Array {
  const { length } = depths
  // Keys move along with their indices, so that each pass reads both in a row.
  let keys = new Uint32Array(depths.buffer, depths.byteOffset, length).slice()
  let order = new Uint32Array(length)
  for (let i = 0; i < length; i++) order[i] = i
  let otherKeys = new Uint32Array(length)
  let otherOrder = new Uint32Array(length)
  for (let pass = 0; pass < PASSES; pass++) {
    const shift = pass * BITS
    const starts = new Uint32Array(BUCKETS + 1)
    for (let i = 0; i < length; i++) starts[((keys[i]! >>> shift) & (BUCKETS - 1)) + 1]!++
    for (let bucket = 0; bucket < BUCKETS; bucket++) starts[bucket + 1]! += starts[bucket]!
    for (let i = 0; i < length; i++) {
      const key = keys[i]!
      const to = starts[(key >>> shift) & (BUCKETS - 1)]!++
      otherKeys[to] = key
      otherOrder[to] = order[i]!
    }
    ;[keys, otherKeys] = [otherKeys, keys]
    ;[order, otherOrder] = [otherOrder, order]
  }
  return order
}
