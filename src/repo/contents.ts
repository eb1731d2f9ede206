/** From what differs between two trees to what a commit changed: contents, where they may be read. */
import { type ChangedPath, MAX_COMMIT_BYTES, MAX_HISTORY_BLOB_BYTES } from './history.ts'
import type { Difference } from './tree-diff.ts'

const SUBMODULE = '160000'

export interface Sized {
  readonly size: number
  bytes(): Promise<Uint8Array>
}

/** Sorted by path. `open` is asked for every new blob, in that order; its bytes only as long as they may be read. */
export async function withContents(
  differences: readonly Difference[],
  open: (oid: string) => Promise<Sized>,
): Promise<ChangedPath[]> {
  const changed: (ChangedPath | Promise<ChangedPath>)[] = []
  let room = MAX_COMMIT_BYTES
  for (const { path, before, after } of differences.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const old = { path, ...(before && { before }) }
    if (after === undefined || after.mode === SUBMODULE) {
      changed.push({ ...old, ...(after && { after: { ...after, size: 0 } }) })
      continue
    }
    const { size, bytes } = await open(after.oid)
    const unread = size > MAX_HISTORY_BLOB_BYTES || size > room
    if (!unread) room -= size
    const record = { ...after, size }
    changed.push(
      unread ? { ...old, after: record } : bytes().then((read) => ({ ...old, after: { ...record, bytes: read } })),
    )
  }
  return Promise.all(changed)
}

export const isBlob = ({ after }: Difference) => after !== undefined && after.mode !== SUBMODULE
