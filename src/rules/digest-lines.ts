/** A set of hex digests, for sorting: an auditor adds up millions of them, so no text is made of any. */
const DIGITS = 64
const LINE = DIGITS + 1
const LINE_END = 10
/** As many digits as fit a small integer: most digests differ in them, so that they serve for hashing and for sorting. */
const DIGITS_OF_HEAD = 7
/** A head and the number of a line fit one number together; a commit that is read has less than this. */
const MOST_LINES = 2 ** 24
const FIRST_LINES = 64
const FIRST_PLACES = 256
const MOST_PLACES_KEPT = 4096

export class DigestLines {
  #lines = Buffer.alloc(FIRST_LINES * LINE, LINE_END)
  /** Of every line its first digits as a number, and whether it counts. */
  readonly #heads: number[] = []
  readonly #counts: boolean[] = []
  #size = 0
  /** Open addressing: numbers of lines from 1 on, 0 where there is none. */
  #table = new Int32Array(FIRST_PLACES)

  get isEmpty(): boolean {
    return this.#size === 0
  }

  /** So that one set serves again and again, and leaves nothing to be collected; not where it has become large. */
  clear(): void {
    this.#heads.length = 0
    this.#counts.length = 0
    this.#size = 0
    if (this.#table.length > MOST_PLACES_KEPT) {
      this.#lines = Buffer.alloc(FIRST_LINES * LINE, LINE_END)
      this.#table = new Int32Array(FIRST_PLACES)
    } else this.#table.fill(0)
  }

  add(bytes: Buffer, at: number): void {
    const head = headOf(bytes, at)
    const place = this.#placeOf(head, bytes, at)
    const line = (this.#table[place] as number) - 1
    if (line < 0) {
      this.#table[place] = this.#put(head, bytes, at)
      if (3 * this.#heads.length > 2 * this.#table.length) this.#grow()
    } else if (this.#counts[line] === true) return
    else this.#counts[line] = true
    this.#size += 1
  }

  delete(bytes: Buffer, at: number): void {
    const line = (this.#table[this.#placeOf(headOf(bytes, at), bytes, at)] as number) - 1
    if (line < 0 || this.#counts[line] !== true) return
    this.#counts[line] = false
    this.#size -= 1
  }

  /** Sorted, one a line, without a line's end after the last. */
  lines(): Uint8Array {
    const order = this.#sorted()
    const sorted = Buffer.allocUnsafe(order.length * LINE)
    for (let i = 0; i < order.length; i++) this.#copy(order[i] as number, sorted, i * LINE)
    return sorted.subarray(0, -1)
  }

  /** Numbers of the lines that count, by what they say. */
  #sorted(): number[] {
    const size = this.#heads.length
    const keys = new Float64Array(this.#size)
    let used = 0
    for (let line = 0; line < size; line++)
      if (this.#counts[line] === true) keys[used++] = (this.#heads[line] as number) * MOST_LINES + line
    const order: number[] = []
    for (const key of keys.sort()) order.push(key - Math.floor(key / MOST_LINES) * MOST_LINES)
    const isTie = order.some((line, i) => i > 0 && this.#heads[line] === this.#heads[order[i - 1] as number])
    const text = (line: number) => this.#lines.subarray(line * LINE, (line + 1) * LINE)
    return isTie ? order.sort((a, b) => text(a).compare(text(b))) : order
  }

  #copy(line: number, to: Buffer, at: number): void {
    this.#lines.copy(to, at, line * LINE, (line + 1) * LINE)
  }

  /** Where in the table a digest is, or would be. */
  #placeOf(head: number, bytes: Buffer, at: number): number {
    const table = this.#table
    const mask = table.length - 1
    for (let place = head & mask; ; place = (place + 1) & mask) {
      const line = (table[place] as number) - 1
      if (line < 0 || (this.#heads[line] === head && this.#isLine(line, bytes, at))) return place
    }
  }

  #isLine(line: number, bytes: Buffer, at: number): boolean {
    const lines = this.#lines
    const start = line * LINE
    for (let i = DIGITS_OF_HEAD; i < DIGITS; i++) if (lines[start + i] !== bytes[at + i]) return false
    return true
  }

  /** @returns its number, from 1 on */
  #put(head: number, bytes: Buffer, at: number): number {
    const start = this.#heads.length * LINE
    if (start + LINE > this.#lines.length) {
      const larger = Buffer.alloc(2 * this.#lines.length, LINE_END)
      this.#lines.copy(larger)
      this.#lines = larger
    }
    bytes.copy(this.#lines, start, at, at + DIGITS)
    this.#counts.push(true)
    return this.#heads.push(head)
  }

  #grow(): void {
    const larger = new Int32Array(2 * this.#table.length)
    const mask = larger.length - 1
    for (const [line, head] of this.#heads.entries()) {
      let place = head & mask
      while (larger[place] !== 0) place = (place + 1) & mask
      larger[place] = line + 1
    }
    this.#table = larger
  }
}

function headOf(bytes: Buffer, at: number): number {
  let head = 0
  for (let i = at; i < at + DIGITS_OF_HEAD; i++) {
    const code = bytes[i] as number
    head = 16 * head + (code < 58 ? code - 48 : code - 87)
  }
  return head
}
