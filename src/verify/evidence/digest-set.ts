/** Of each digest 64 bits are kept: more than enough to count by, in eight bytes instead of a hundred. */
export class DigestSet {
  #table = new BigUint64Array(1024)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** @param digest at least 16 hex digits */
  add(digest: string): void {
    // Zero marks a free place; that one digest in 2⁶⁴ counts as its neighbour harms nobody.
    const word = BigInt(`0x${digest.slice(0, 16)}`) || 1n
    if (!insert(this.#table, word)) return
    this.#size += 1
    if (2 * this.#size > this.#table.length) this.#grow()
  }

  #grow(): void {
    const larger = new BigUint64Array(2 * this.#table.length)
    for (const word of this.#table) if (word !== 0n) insert(larger, word)
    this.#table = larger
  }
}

/** @returns whether it is new */
function insert(table: BigUint64Array, word: bigint): boolean {
  const mask = table.length - 1
  let at = Number(word & 0xffffffffn) & mask
  for (; table[at] !== 0n; at = (at + 1) & mask) if (table[at] === word) return false
  table[at] = word
  return true
}
