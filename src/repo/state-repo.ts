import type { Signer } from '../signing/signer.ts'

/** What to write on top of a head. Paths are relative to the repository, with `/`. */
export interface ChangeSet {
  /** Whole new contents by path; `null` removes the file. */
  readonly files: ReadonlyMap<string, string | Uint8Array | null>
  /** Subject and body, without trailers. */
  readonly message: string
  /** `Key: value` lines at the end of the message. */
  readonly trailers: Readonly<Record<string, string>>
}

export interface Identity {
  readonly name: string
  readonly email: string
  /** Signs what they commit; nobody does when it is absent. */
  readonly signer?: Signer
}

/** Who commits, and when; everything that goes into a commit besides its tree is the caller's. */
export interface Signature extends Identity {
  readonly at: Date
}

export interface CommitInfo {
  readonly oid: string
  readonly parents: readonly string[]
  readonly message: string
  readonly author: Signature
  readonly committer: Signature
}

/**
 * A competition repository, seen through one branch. A head is a commit id: reads are pinned to it, and a commit
 * lands only if the branch still is where the caller saw it.
 */
export interface StateRepo {
  /** For people: a path, or a URL without credentials. */
  readonly id: string
  /** Bytes of contents that one commit takes, where there is a limit; a larger change is `refused`. */
  readonly maxChangeBytes?: number
  /** Looks at the branch anew. @throws `not-found` when there is no such repository or branch, `unavailable` */
  head(): Promise<string>
  /** The file's bytes as of `head`, or undefined when it is not there. */
  read(head: string, path: string): Promise<Uint8Array | undefined>
  /** Paths of all files under a folder ('' for all), sorted by code unit, as of `head`. */
  list(head: string, folder: string): Promise<string[]>
  /** Paths whose entry differs between two commits, whichever came first, sorted by code unit. @throws `not-found` */
  changes(base: string, head: string): Promise<string[]>
  /** Newest first, from `head` to the root. */
  log(head: string): AsyncIterable<CommitInfo>
  /**
   * Commits on top of `base` and moves the branch there, all or nothing.
   * @returns the new head
   * @throws RoundkeeperError `conflict` when the branch is not at `base` any more: nothing was written
   */
  commit(base: string, change: ChangeSet, by: Signature): Promise<string>
}
