/**
 * A set of hex digests, for sorting: kept by the number that their first digits make, which is quicker to look up and to
 * sort than text. What an auditor adds up is millions of them.
 */
const DIGITS = 64
const LINE = DIGITS + 1
const LINE_END = 10
/** As many digits as a number holds exactly. */
const DIGITS_OF_NUMBER = 13

export class DigestLines {
  /** By their beginning, where they are in `#lines`. */
  readonly #places = new Map<number, number>()
  #lines = Buffer.alloc(64 * LINE, LINE_END)
  #used = 0
  /** Those that begin like another. */
  readonly #others = new Set<string>()

  get isEmpty(): boolean {
    return this.#places.size + this.#others.size === 0
  }

  add(bytes: Buffer, at: number): void {
    const beginning = beginningOf(bytes, at)
    const place = this.#places.get(beginning)
    if (place === undefined) this.#places.set(beginning, this.#put(bytes, at))
    else if (!this.#isAt(place, bytes, at)) this.#others.add(bytes.toString('latin1', at, at + DIGITS))
  }

  delete(bytes: Buffer, at: number): void {
    const beginning = beginningOf(bytes, at)
    const place = this.#places.get(beginning)
    if (place !== undefined && this.#isAt(place, bytes, at)) this.#places.delete(beginning)
    if (this.#others.size > 0) this.#others.delete(bytes.toString('latin1', at, at + DIGITS))
  }

  /** Sorted, one a line, without a line's end after the last. */
  lines(): Uint8Array {
    const places = Float64Array.from(this.#places.keys())
      .sort()
      .map((beginning) => this.#places.get(beginning) ?? 0)
    if (this.#others.size > 0) return Buffer.from([...this.#texts(places), ...this.#others].sort().join('\n'))
    const sorted = Buffer.alloc(places.length * LINE)
    for (let i = 0; i < places.length; i++) this.#lines.copy(sorted, i * LINE, places[i], (places[i] ?? 0) + LINE)
    return sorted.subarray(0, -1)
  }

  *#texts(places: Iterable<number>): Iterable<string> {
    for (const place of places) yield this.#lines.toString('latin1', place, place + DIGITS)
  }

  #put(bytes: Buffer, at: number): number {
    const place = this.#used
    this.#used += LINE
    if (this.#used > this.#lines.length) {
      const larger = Buffer.alloc(2 * this.#lines.length, LINE_END)
      this.#lines.copy(larger)
      this.#lines = larger
    }
    bytes.copy(this.#lines, place, at, at + DIGITS)
    return place
  }

  #isAt(place: number, bytes: Buffer, at: number): boolean {
    for (let i = 0; i < DIGITS; i++) if (this.#lines[place + i] !== bytes[at + i]) return false
    return true
  }
}

function beginningOf(bytes: Buffer, at: number): number {
  let number = 0
  for (let i = at; i < at + DIGITS_OF_NUMBER; i++) {
    const code = bytes[i] ?? 0
    number = 16 * number + (code < 58 ? code - 48 : code - 87)
  }
  return number
}
