/** What a listener has not been told yet of what the commits of a competition did, oldest first. */
import { isError } from '../errors.ts'
import type { CommitInfo, StateRepo } from '../repo/state-repo.ts'
import type { Memory } from './memory.ts'
import { noticesOf } from './notices.ts'
import type { Notice } from './notifier.ts'
import type { Places } from './places.ts'
import { readStep } from './step.ts'

/** Older ones are no news: a webhook that was dead for a week is not flooded when it works again. */
const MAX_COMMITS = 100
const MAX_AGE_MS = 86_400_000

/** As of one head; everything is read once, however many listen. */
export class NewsReader {
  readonly #repo: StateRepo
  readonly #head: string
  readonly #places: Places
  readonly #now: Date
  readonly #notices = new Map<string, Promise<Notice[]>>()
  readonly #log: AsyncIterator<CommitInfo, undefined>
  readonly #commits: Promise<IteratorResult<CommitInfo, undefined>>[] = []

  constructor(repo: StateRepo, head: string, places: Places, now: Date) {
    this.#repo = repo
    this.#head = head
    this.#places = places
    this.#now = now
    this.#log = repo.log(head)[Symbol.asyncIterator]()
  }

  /**
   * Everything since the newest commit that this listener knows of; for one that has never been told anything, of `own`
   * commits only. What has been told is remembered commit by commit: whoever fails in the middle goes on from there.
   * @param own those that this very run made
   * @throws whatever `tell` throws
   */
  async tell(
    memory: Memory,
    id: string,
    own: ReadonlySet<string>,
    tell: (notices: readonly Notice[]) => Promise<void>,
  ): Promise<void> {
    const knows = (oid: string) => `${id} knows ${oid}`
    if (await memory.has(knows(this.#head))) return
    const unknown: CommitInfo[] = []
    let isNew = true
    for await (const commit of this.#recent()) {
      if (commit.oid !== this.#head && !own.has(commit.oid) && (await memory.has(knows(commit.oid)))) {
        isNew = false
        break
      }
      unknown.push(commit)
    }
    const untold = isNew ? unknown.filter(({ oid }) => own.has(oid)) : unknown
    for (const commit of untold.reverse()) {
      const notices = await this.#noticesOf(commit)
      if (notices.length === 0) continue
      await tell(notices)
      await memory.add(knows(commit.oid))
    }
    await memory.add(knows(this.#head))
  }

  /** No further back than somebody asks: where the history is far away, it stays there. */
  async *#recent(): AsyncGenerator<CommitInfo> {
    for (let at = 0; at < MAX_COMMITS; at++) {
      while (this.#commits.length <= at) this.#commits.push(this.#log.next())
      const { value: commit } = (await this.#commits[at]) ?? {}
      if (commit === undefined) return
      // One that is too old is no news; but a listener may know it, and then it knows all before it.
      yield commit
      if (this.#now.getTime() - commit.committer.at.getTime() > MAX_AGE_MS) return
    }
  }

  #noticesOf(commit: CommitInfo): Promise<Notice[]> {
    const known = this.#notices.get(commit.oid)
    if (known !== undefined) return known
    const read = this.#look(commit)
    this.#notices.set(commit.oid, read)
    return read
  }

  /** Of files that cannot be read, the tick itself complains. */
  async #look(commit: CommitInfo): Promise<Notice[]> {
    try {
      const step = await readStep(this.#repo, commit)
      return step === undefined ? [] : noticesOf(step, this.#places)
    } catch (error) {
      if (isError(error, 'state-file')) return []
      throw error
    }
  }
}
