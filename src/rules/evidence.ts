/**
 * What a commit brings to the record from outside: the digests, and other public values of that size, that its files name
 * and none of them named before. Format and file do not matter, so that nothing can be left out.
 */
import { digestOf } from './digest.ts'

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
  const digests = new Set<string>()
  for (const text of files.values()) {
    if (typeof text === 'string') for (const digest of digestsIn(text)) digests.add(digest)
  }
  if (digests.size === 0) return undefined
  for (const path of files.keys()) for (const known of digestsIn((await before(path)) ?? '')) digests.delete(known)
  return digests.size === 0 ? undefined : digestOf(sorted(digests).join('\n'))
}

/** As many digits as a number holds exactly: numbers are sorted much quicker than texts. */
const DIGITS_OF_NUMBER = 13

function sorted(digests: ReadonlySet<string>): string[] {
  const byBeginning = new Map<number, string>()
  for (const digest of digests) byBeginning.set(Number.parseInt(digest.slice(0, DIGITS_OF_NUMBER), 16), digest)
  if (byBeginning.size < digests.size) return [...digests].sort() // two begin alike
  return Array.from(Float64Array.from(byBeginning.keys()).sort(), (beginning) => byBeginning.get(beginning) ?? '')
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
    if (!isHex(text.charCodeAt(at))) {
      at += DIGITS
      continue
    }
    let start = at
    let end = at + 1
    while (start > 0 && isHex(text.charCodeAt(start - 1))) start -= 1
    while (end < text.length && isHex(text.charCodeAt(end))) end += 1
    if (end - start === DIGITS) digests.push(text.slice(start, end))
    at = end + DIGITS
  }
  return digests
}

const isHex = (code: number) => (code >= 48 && code <= 57) || (code >= 97 && code <= 102)
