import type { CommitFields } from './commit-object.ts'
import type { TreeRecord } from './tree-diff.ts'

export type { TreeRecord } from './tree-diff.ts'

/** The contents of a path after a commit. */
export interface NewRecord extends TreeRecord {
  /** 0 for a submodule. */
  readonly size: number
  /**
   * Hash-checked; absent for what is no blob, for blobs above the limit, and for those of a commit that is larger than
   * a commit may be: `blob` still has them.
   */
  readonly bytes?: Uint8Array
}

export interface ChangedPath {
  /** Bytes that are no UTF-8 are U+DC80 to U+DCFF: the text is well-formed if the path is UTF-8. */
  readonly path: string
  /** Absent where the path was not there. */
  readonly before?: TreeRecord
  /** Absent where the path was removed. */
  readonly after?: NewRecord
}

export interface HistoryCommit extends Omit<CommitFields, 'tree'> {
  readonly oid: string
  /** The commit object as git stores it, hash-checked: what a signature is about. */
  readonly raw: Uint8Array
  /** Against the first parent, sorted by path. */
  readonly changed: readonly ChangedPath[]
}

/** Blobs above this are named, not read. */
export const MAX_HISTORY_BLOB_BYTES = 50 * 1024 * 1024
/** Of all blobs that one commit brings; those that come after are named, not read. */
export const MAX_COMMIT_BYTES = 128 * 1024 * 1024

/** One branch's history, read once from its beginning: for whoever checks it. */
export interface History extends AsyncDisposable {
  /** For people: a path, or a URL without credentials. */
  readonly id: string
  readonly head: string
  /** Which program reads: the same commits come from either. */
  readonly backend: 'git' | 'isomorphic-git'
  /** Commits along first parents that come after `since`. */
  count(since?: string): Promise<number>
  /**
   * Oldest first along first parents, from the one after `since` on.
   * @throws `not-found` for an object that is missing (a shallow clone) or damaged, or a `since` that is no ancestor
   */
  commits(since?: string): AsyncIterable<HistoryCommit>
  /** Every path of a commit's tree. @throws `not-found` */
  tree(commit: string): Promise<ReadonlyMap<string, TreeRecord>>
  /** Hash-checked; undefined above the limit. @throws `not-found` */
  blob(oid: string): Promise<Uint8Array | undefined>
}
