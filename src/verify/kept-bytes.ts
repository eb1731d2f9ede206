/**
 * Remembers bytes that were used lately, up to about a size, in two blocks that serve again and again: to copy what a walk
 * keeps for a while costs less than to have it collected. As in `Lru`, what is asked for moves to the young block; when that
 * is full it becomes the old one, and what was left in the old one is forgotten.
 */
export class KeptBytes {
  #young: Block
  #old: Block

  constructor(maxBytes: number) {
    this.#young = new Block(maxBytes / 2)
    this.#old = new Block(maxBytes / 2)
  }

  /** To be looked at before anything else is asked for or kept: others may be in its place then. */
  get(key: string): Uint8Array | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    return old && this.#put(key, old)
  }

  /** Keeps a copy. */
  set(key: string, bytes: Uint8Array): void {
    this.#put(key, bytes)
  }

  #put(key: string, bytes: Uint8Array): Uint8Array {
    if (!this.#young.hasRoomFor(bytes)) {
      const emptied = this.#old // the bytes may lie in it, and are moved to its beginning
      this.#old = this.#young
      this.#young = emptied
      emptied.clear()
    }
    return this.#young.put(key, bytes)
  }
}

class Block {
  readonly #block: Uint8Array
  readonly #kept = new Map<string, Uint8Array>()
  #used = 0

  constructor(size: number) {
    this.#block = new Uint8Array(size)
  }

  get(key: string): Uint8Array | undefined {
    return this.#kept.get(key)
  }

  hasRoomFor({ length }: Uint8Array): boolean {
    return this.#used + length <= this.#block.length
  }

  /** What is larger than a block lies elsewhere, and is all that its block remembers. */
  put(key: string, bytes: Uint8Array): Uint8Array {
    const start = this.#used
    this.#used += bytes.length
    const isTooLarge = bytes.length > this.#block.length
    const kept = isTooLarge ? bytes : this.#block.subarray(start, this.#used)
    if (!isTooLarge) kept.set(bytes)
    this.#kept.set(key, kept)
    return kept
  }

  clear(): void {
    this.#kept.clear()
    this.#used = 0
  }
}
