/**
 * Remembers what was used lately, up to about a weight. In two halves: what is asked for moves to the young one; when that
 * is full it becomes the old one, and what was left in the old one is forgotten.
 */
export class Lru<K, V> {
  readonly #half: number
  #young = new Map<K, Entry<V>>()
  #old = new Map<K, Entry<V>>()
  /** Of the young half. */
  #weight = 0

  constructor(max: number) {
    this.#half = max / 2
  }

  has(key: K): boolean {
    return this.#young.has(key) || this.#old.has(key)
  }

  get(key: K): V | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young.value
    const old = this.#old.get(key)
    if (old !== undefined) this.#put(key, old)
    return old?.value
  }

  set(key: K, value: V, weight: number): void {
    this.#put(key, { value, weight })
  }

  #put(key: K, entry: Entry<V>): void {
    if (this.#weight + entry.weight > this.#half) {
      this.#old = this.#young
      this.#young = new Map()
      this.#weight = 0
    }
    this.#young.set(key, entry)
    this.#weight += entry.weight
  }
}

interface Entry<V> {
  readonly value: V
  readonly weight: number
}
