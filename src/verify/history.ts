import { Snapshot } from '../engine/snapshot.ts'
import type { StateRepo } from '../repo/state-repo.ts'

/** What was on record when something was decided. */
export class History {
  readonly #repo: StateRepo
  readonly #head: string
  readonly #found = new Map<string, Promise<Snapshot | undefined>>()

  constructor(repo: StateRepo, head: string) {
    this.#repo = repo
    this.#head = head
  }

  /** The competition as of the commit since which this file is there; undefined when it is not. Walks the history. */
  asOf(path: string): Promise<Snapshot | undefined> {
    const found = this.#found.get(path) ?? this.#walk(path)
    this.#found.set(path, found)
    return found
  }

  async #walk(path: string): Promise<Snapshot | undefined> {
    let commit: string | undefined
    for await (const { oid } of this.#repo.log(this.#head)) {
      if ((await this.#repo.read(oid, path)) === undefined) break
      commit = oid
    }
    return commit === undefined ? undefined : new Snapshot(this.#repo, commit)
  }
}
