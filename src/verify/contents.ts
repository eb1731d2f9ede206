/** One blob, and what has been made of it. */
import type { AnyStateFile } from '../state/state-file.ts'
import type { FileRead } from './checks/inspect-file.ts'

const decoder = new TextDecoder()
/** The decoder leaves it out. */
const BYTE_ORDER_MARK = '\uFEFF'

export class Contents {
  /** Until something is made of them: then they may be forgotten, and others in their place. */
  #bytes: Uint8Array | undefined
  #text: string | undefined
  #file: AnyStateFile | undefined
  #value: unknown
  /** Number of the last commit that needed it. */
  #neededBy = 0

  /** @param read what was made of it already */
  constructor(bytes: Uint8Array, read?: FileRead) {
    this.#bytes = bytes
    if (read === undefined || read.text.startsWith(BYTE_ORDER_MARK) || read.text.trim() === '') return
    this.#text = read.text
    this.#file = read.file
    this.#value = read.value
    this.#bytes = undefined
  }

  get text(): string {
    this.#text ??= decoder.decode(this.#bytes)
    this.#bytes = undefined
    return this.#text
  }

  /** Undefined when it is empty. @throws `state-file` */
  as(file: AnyStateFile, path: string): unknown {
    if (this.#file === file) return this.#value
    const bytes = this.#bytes
    const { text } = this
    const written = bytes && file.readWritten(bytes, text)
    this.#value = text.trim() === '' ? undefined : (written ?? file.parse(text, path))
    this.#file = file
    return this.#value
  }

  neededBy(commit: number): void {
    this.#neededBy = commit
  }

  /**
   * For a commit that comes now: what the one before it needed stays as it is. Of anything else nothing is left, cut off
   * here since a collector may take long to see that nobody holds it any more.
   */
  staysFor(commit: number): boolean {
    if (this.#neededBy === commit - 1) return true
    this.#bytes = undefined
    this.#text = undefined
    this.#file = undefined
    this.#value = undefined
    return false
  }
}
