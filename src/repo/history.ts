import type { Signature } from './state-repo.ts'

/** What a tree says of a path. */
export interface TreeRecord {
  /** `100644` file, `100755` executable, `120000` symbolic link, `160000` submodule. */
  readonly mode: string
  readonly oid: string
}

/** The contents of a path after a commit. */
export interface NewRecord extends TreeRecord {
  readonly size: number
  /** Hash-checked; absent for what is no blob, and for blobs above the limit. */
  readonly bytes?: Uint8Array
}

export interface ChangedPath {
  readonly path: string
  /** Absent where the path was not there. */
  readonly before?: TreeRecord
  /** Absent where the path was removed. */
  readonly after?: NewRecord
}

export interface HistoryCommit {
  readonly oid: string
  readonly parents: readonly string[]
  readonly author: Signature
  readonly committer: Signature
  readonly message: string
  /** The commit object as git stores it, hash-checked: what a signature is about. */
  readonly raw: Uint8Array
  /** Against the first parent, sorted by path. */
  readonly changed: readonly ChangedPath[]
}

/** Blobs above this are named, not read. */
export const MAX_HISTORY_BLOB_BYTES = 50 * 1024 * 1024

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
  /** Every path of a commit's tree. */
  tree(commit: string): Promise<ReadonlyMap<string, TreeRecord>>
  /** Hash-checked; undefined above the limit. @throws `not-found` */
  blob(oid: string): Promise<Uint8Array | undefined>
}
