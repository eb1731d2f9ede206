/** How many hex digits of a digest are kept: 52 bits, as many as a number holds exactly. More than enough to count by. */
const DIGITS = 13

/** @param digest at least 13 hex digits */
export const keyOfDigest = (digest: string): number => Number.parseInt(digest.slice(0, DIGITS), 16)

/** Counts digests in eight bytes each, instead of a hundred. */
export class DigestSet {
  #table = new Float64Array(1024)
  #size = 0

  get size(): number {
    return this.#size
  }

  addAll(keys: ArrayLike<number>): void {
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]
      // Zero marks a free place; that one digest in 2⁵² counts as its neighbour harms nobody.
      if (!insert(this.#table, key || 1)) continue
      this.#size += 1
      if (4 * this.#size > 3 * this.#table.length) this.#grow()
    }
  }

  #grow(): void {
    const larger = new Float64Array(2 * this.#table.length)
    for (const key of this.#table) if (key !== 0) insert(larger, key)
    this.#table = larger
  }
}

/** @returns whether it is new */
function insert(table: Float64Array, key: number): boolean {
  const mask = table.length - 1
  let at = (key % 2 ** 32) & mask
  for (; table[at] !== 0; at = (at + 1) & mask) if (table[at] === key) return false
  table[at] = key
  return true
}
