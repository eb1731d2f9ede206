/** From what differs between two trees to what a commit changed: contents, where they may be read. */
import { type ChangedPath, MAX_COMMIT_BYTES, MAX_HISTORY_BLOB_BYTES } from './history.ts'
import type { Difference } from './tree-diff.ts'

const SUBMODULE = '160000'

type SizeOf = (oid: string) => number

/** Every new blob, once. */
export function newBlobs(differences: Iterable<Difference>): Set<string> {
  const oids = new Set<string>()
  for (const { after } of differences) if (after !== undefined && after.mode !== SUBMODULE) oids.add(after.oid)
  return oids
}

/** Those of the new blobs that may be read, as long as there is room for them, in the order of the paths. */
export function readableBlobs(differences: readonly Difference[], sizeOf: SizeOf): Set<string> {
  const readable = new Set<string>()
  let room = MAX_COMMIT_BYTES
  for (const oid of newBlobs(inOrder(differences))) {
    const size = sizeOf(oid)
    if (size > MAX_HISTORY_BLOB_BYTES || size > room) continue
    readable.add(oid)
    room -= size
  }
  return readable
}

/** Sorted by path. @param bytesOf what was read of a blob */
export function changedPaths(
  differences: readonly Difference[],
  sizeOf: SizeOf,
  bytesOf: (oid: string) => Uint8Array | undefined,
): ChangedPath[] {
  return inOrder(differences).map(({ path, before, after }) => {
    const old = { path, ...(before && { before }) }
    if (after === undefined) return old
    if (after.mode === SUBMODULE) return { ...old, after: { ...after, size: 0 } }
    const bytes = bytesOf(after.oid)
    return { ...old, after: { ...after, size: sizeOf(after.oid), ...(bytes && { bytes }) } }
  })
}

const inOrder = (differences: readonly Difference[]) => differences.toSorted((a, b) => (a.path < b.path ? -1 : 1))
