/** What moves objects between a remote branch and the cache folder: isomorphic-git, or the git program. */
export interface Carrier {
  /** Brings the newest commit with its files, or `depth` of them. @returns the head that came @throws RoundkeeperError */
  fetch(depth?: number): Promise<string>
  /** Brings every commit. @throws as `fetch` */
  fetchHistory(): Promise<string>
  /**
   * Moves the branch from `base` to `oid`, or finds it there already.
   * @throws RoundkeeperError `conflict` when it is elsewhere, `refused`; for anything else it may have moved all the same
   */
  push(base: string, oid: string): Promise<void>
  /** Brings contents that `fetch` leaves out; absent where it leaves none out. */
  readonly blobs?: (oids: readonly string[]) => Promise<void>
  /** Begins with an empty cache; absent where that is of no use. */
  readonly restart?: () => Promise<void>
}
