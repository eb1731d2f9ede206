/** Remembers what was used last, up to a weight; a value heavier than all of it is remembered alone. */
export class Lru<K, V> {
  readonly #max: number
  readonly #entries = new Map<K, { value: V; weight: number }>()
  #weight = 0

  constructor(max: number) {
    this.#max = max
  }

  has(key: K): boolean {
    return this.#entries.has(key)
  }

  get(key: K): V | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.value
  }

  set(key: K, value: V, weight: number): void {
    this.#weight += weight - (this.#entries.get(key)?.weight ?? 0)
    this.#entries.delete(key)
    this.#entries.set(key, { value, weight })
    for (const [oldest, entry] of this.#entries) {
      if (this.#weight <= this.#max || oldest === key) break
      this.#entries.delete(oldest)
      this.#weight -= entry.weight
    }
  }
}
