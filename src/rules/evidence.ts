/**
 * What a commit brings to the record from outside: the digests, and other public values of that size, that its files name
 * and none of them named before. Format and file do not matter, so that nothing can be left out.
 */
import { digestOf, HEX_DIGITS } from './digest.ts'
import { DigestLines } from './digest-lines.ts'

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
  const now = [...files.values()].filter((text) => typeof text === 'string')
  if (digestsOf(now).isEmpty) return undefined
  const known: string[] = []
  for (const path of files.keys()) known.push((await before(path)) ?? '')
  return newEvidence(now, known)
}

type Text = string | Uint8Array

/** The same of texts, or of the bytes that they are. @param before what the same paths held */
export function newEvidence(now: Iterable<Text>, before: Iterable<Text>): string | undefined {
  digestsOf(now)
  if (digests.isEmpty) return undefined
  for (const text of before) scan(text, (bytes, at) => digests.delete(bytes, at))
  return digests.isEmpty ? undefined : digestOf(digests.lines())
}

/** One for all, made empty by every call: there are millions of digests, and nothing has to wait in between. */
const digests = new DigestLines()

function digestsOf(texts: Iterable<Text>): DigestLines {
  digests.clear()
  for (const text of texts) scan(text, (bytes, at) => digests.add(bytes, at))
  return digests
}

/** Of SHA-256, the hash of a block, the randomness of a drand round. */
const DIGITS = 64

/**
 * Finds runs of exactly 64 lower-case hex digits. Every 64th byte is looked at, and what lies around it if that is a digit: no run fits between two such bytes.
 * @param found told where a run begins
 */
function scan(text: Text, found: (bytes: Buffer, at: number) => void): void {
  const bytes = typeof text === 'string' ? Buffer.from(text) : Buffer.from(text.buffer, text.byteOffset, text.length)
  const { length } = bytes
  let at = DIGITS - 1
  while (at < length) {
    if (HEX_DIGITS[bytes[at] as number] === 0) {
      at += DIGITS
      continue
    }
    let start = at
    let end = at + 1
    while (start > 0 && HEX_DIGITS[bytes[start - 1] as number] === 1) start -= 1
    while (end < length && HEX_DIGITS[bytes[end] as number] === 1) end += 1
    if (end - start === DIGITS) found(bytes, start)
    at = end + DIGITS
  }
}
