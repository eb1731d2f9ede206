/**
 * What a commit brings to the record from outside: the digests, and other public values of that size, that its files name
 * and none of them named before. Format and file do not matter, so that nothing can be left out.
 */
import { digestOf, isHexDigit } from './digest.ts'

/**
 * The `Evidence` trailer: digest of the new digests, sorted, one a line. A file that only moved brings nothing.
 * @param files new contents by path; bytes for one that only moved, null for one that is removed
 * @param before what a path held, asked for only where that matters
 * @returns undefined when there is nothing new
 */
export async function evidenceOf(
  files: ReadonlyMap<string, string | Uint8Array | null>,
  before: (path: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const digests = new Digests()
  for (const text of files.values()) {
    if (typeof text === 'string') for (const digest of digestsIn(text)) digests.add(digest)
  }
  if (digests.isEmpty) return undefined
  for (const path of files.keys()) for (const known of digestsIn((await before(path)) ?? '')) digests.delete(known)
  return digests.isEmpty ? undefined : digestOf(digests.sorted().join('\n'))
}

/** As many digits as a number holds exactly. */
const DIGITS_OF_NUMBER = 13

/** By the number that their first digits make: numbers are kept and sorted much quicker than texts. */
class Digests {
  readonly #byBeginning = new Map<number, string>()
  /** Those that begin like another. */
  readonly #others = new Set<string>()

  get isEmpty(): boolean {
    return this.#byBeginning.size + this.#others.size === 0
  }

  add(digest: string): void {
    const beginning = beginningOf(digest)
    const known = this.#byBeginning.get(beginning)
    if (known === undefined) this.#byBeginning.set(beginning, digest)
    else if (known !== digest) this.#others.add(digest)
  }

  delete(digest: string): void {
    const beginning = beginningOf(digest)
    if (this.#byBeginning.get(beginning) === digest) this.#byBeginning.delete(beginning)
    this.#others.delete(digest)
  }

  sorted(): string[] {
    if (this.#others.size > 0) return [...this.#byBeginning.values(), ...this.#others].sort()
    const beginnings = Float64Array.from(this.#byBeginning.keys()).sort()
    return Array.from(beginnings, (beginning) => this.#byBeginning.get(beginning) ?? '')
  }
}

function beginningOf(digest: string): number {
  let number = 0
  for (let at = 0; at < DIGITS_OF_NUMBER; at++) {
    const code = digest.charCodeAt(at)
    number = 16 * number + (code < 58 ? code - 48 : code - 87)
  }
  return number
}

/** Of SHA-256, the hash of a block, the randomness of a drand round. */
const DIGITS = 64

/**
 * Runs of exactly 64 lower-case hex digits. Every 64th place is looked at, and what lies around it if that is one: no
 * run fits between two such places.
 */
export function digestsIn(text: string): string[] {
  const digests: string[] = []
  let at = DIGITS - 1
  while (at < text.length) {
    if (!isHexDigit(text.charCodeAt(at))) {
      at += DIGITS
      continue
    }
    let start = at
    let end = at + 1
    while (start > 0 && isHexDigit(text.charCodeAt(start - 1))) start -= 1
    while (end < text.length && isHexDigit(text.charCodeAt(end))) end += 1
    if (end - start === DIGITS) digests.push(text.slice(start, end))
    at = end + DIGITS
  }
  return digests
}
