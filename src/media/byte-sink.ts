/** Collects a body of unknown length in one growing buffer, however small its pieces are, up to a limit. */
export class ByteSink {
  readonly #limit: number
  #buffer = new Uint8Array(64 * 1024)
  #length = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** @returns false, and takes nothing, when it would be more than the limit */
  add(chunk: Uint8Array): boolean {
    const length = this.#length + chunk.length
    if (length > this.#limit) return false
    if (length > this.#buffer.length) {
      const larger = new Uint8Array(Math.min(this.#limit, Math.max(length, this.#buffer.length * 2)))
      larger.set(this.#buffer.subarray(0, this.#length))
      this.#buffer = larger
    }
    this.#buffer.set(chunk, this.#length)
    this.#length = length
    return true
  }

  bytes(): Uint8Array {
    return this.#buffer.slice(0, this.#length)
  }
}
