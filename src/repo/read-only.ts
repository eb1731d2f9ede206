/** A repository that somebody else writes: reads go through, commits are refused. */
import { RoundkeeperError } from '../errors.ts'
import type { CommitInfo, StateRepo } from './state-repo.ts'

export class ReadOnlyRepo implements StateRepo, AsyncDisposable {
  readonly id: string
  /** Where its objects lie on this machine. */
  readonly gitdir: string
  readonly #repo: StateRepo
  readonly #close: () => Promise<void>

  /** `close` removes what was made to read it. */
  constructor(repo: StateRepo, gitdir: string, id: string, close: () => Promise<void>) {
    this.id = id
    this.gitdir = gitdir
    this.#repo = repo
    this.#close = close
  }

  head(): Promise<string> {
    return this.#repo.head()
  }

  read(head: string, path: string): Promise<Uint8Array | undefined> {
    return this.#repo.read(head, path)
  }

  list(head: string, folder: string): Promise<string[]> {
    return this.#repo.list(head, folder)
  }

  changes(base: string, head: string): Promise<string[]> {
    return this.#repo.changes(base, head)
  }

  log(head: string): AsyncIterable<CommitInfo> {
    return this.#repo.log(head)
  }

  async commit(): Promise<never> {
    throw new RoundkeeperError('usage', 'this repository was opened for reading', {
      where: this.id,
      hint: 'Commit through the bare repository or the remote that the competition is configured with.',
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close()
  }
}
