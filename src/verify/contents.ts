/** One blob, and what has been made of it. */
import type { AnyStateFile } from '../state/state-file.ts'
import type { FileRead } from './checks/inspect-file.ts'

const decoder = new TextDecoder()
/** The decoder leaves it out. */
const BYTE_ORDER_MARK = '\uFEFF'
/** To read as many bytes again takes less than to carry what was made of them through commits that do not need it. */
const SMALL_BYTES = 4096

export class Contents {
  readonly #bytes: Uint8Array
  #text: string | undefined
  #file: AnyStateFile | undefined
  #value: unknown
  /** Number of the last commit that needed it, and whether the one before it did, too. */
  #neededBy = 0
  #isNeededOften = false

  /** @param read what was made of it already */
  constructor(bytes: Uint8Array, read?: FileRead) {
    this.#bytes = bytes
    if (read === undefined || read.text.startsWith(BYTE_ORDER_MARK) || read.text.trim() === '') return
    this.#text = read.text
    this.#file = read.file
    this.#value = read.value
  }

  get text(): string {
    this.#text ??= decoder.decode(this.#bytes)
    return this.#text
  }

  /** Undefined when it is empty. @throws `state-file` */
  as(file: AnyStateFile, path: string): unknown {
    if (this.#file === file) return this.#value
    const { text } = this
    this.#value = text.trim() === '' ? undefined : (file.readWritten(this.#bytes, text) ?? file.parse(text, path))
    this.#file = file
    return this.#value
  }

  wakes(commit: number): void {
    if (commit === this.#neededBy) return
    this.#isNeededOften = this.#neededBy === commit - 1
    this.#neededBy = commit
  }

  /** Whether nothing but the bytes is left, for a commit that comes now: those that need it one after another find it made. */
  sleeps(commit: number): boolean {
    const isNeeded = this.#neededBy === commit - 1 && this.#isNeededOften
    if (isNeeded || this.#bytes.length < SMALL_BYTES) return !isNeeded
    this.#text = undefined
    this.#file = undefined
    this.#value = undefined
    return true
  }
}
