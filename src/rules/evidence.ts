/**
 * What a commit brings to the record from outside: the digests, and other public values of that size, that its files name
 * and none of them named before. Format and file do not matter, so that nothing can be left out.
 */
import { digestOf } from './digest.ts'

/** SHA-256, the hash of a block, the randomness of a drand round. */
const DIGEST = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g

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
  const digests = new Set(
    [...files.values()].flatMap((text) => (typeof text === 'string' ? (text.match(DIGEST) ?? []) : [])),
  )
  if (digests.size === 0) return undefined
  for (const path of files.keys()) {
    for (const [known] of ((await before(path)) ?? '').matchAll(DIGEST)) digests.delete(known)
  }
  return digests.size === 0 ? undefined : digestOf([...digests].sort().join('\n'))
}
