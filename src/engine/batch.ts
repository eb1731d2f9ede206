import { RoundkeeperError } from '../errors.ts'
import { tellsSecret } from '../mask.ts'
import type { ChangeSet, Identity, StateRepo } from '../repo/state-repo.ts'
import { evidenceOf } from '../rules/evidence.ts'
import { type Change, ChangeBuilder } from './change.ts'
import type { Clock } from './clock.ts'
import { checkPermitted } from './permitted.ts'

/** What every commit of one run has in common. */
export interface Committer {
  readonly repo: StateRepo
  readonly clock: Clock
  readonly by: Identity
  /** Names the run in every commit, e.g. the URL or number of a CI job. */
  readonly run: string
  /** `roundkeeper/0.1.0` */
  readonly engine: string
  /** At most one commit in this many milliseconds, unless a stage ends. */
  readonly commitEveryMs: number
}

/**
 * Gathers decided changes and commits them together, on top of each other, never over somebody else's. Where the host
 * does not take so much at once they become several commits, cut between decisions, in their order: what a crash
 * leaves between them is what a run that was told to stop there would have left.
 */
export class Batch {
  readonly commits: string[] = []
  readonly subjects: string[] = []
  #head: string
  #pending: Change[] = []
  #lastCommit: number | undefined
  readonly #committer: Committer

  constructor(committer: Committer, head: string) {
    this.#committer = committer
    this.#head = head
  }

  add(change: Change): void {
    this.#pending.push(change)
  }

  /** Whether enough time has passed since the last commit for another one. */
  get due(): boolean {
    const { clock, commitEveryMs } = this.#committer
    return this.#lastCommit === undefined || clock.now().getTime() - this.#lastCommit >= commitEveryMs
  }

  /** @throws RoundkeeperError `conflict`: the pending changes were decided on a head that is gone, and are dropped */
  async flush(trailers: Readonly<Record<string, string>>): Promise<void> {
    const pending = this.#pending
    this.#pending = []
    for (const part of inParts(pending, this.#committer.repo.maxChangeBytes)) await this.#commit(part, trailers)
  }

  async #commit(pending: ChangeBuilder, trailers: Readonly<Record<string, string>>): Promise<void> {
    if (pending.files.size === 0) return
    const { repo, clock, by } = this.#committer
    const lines = [...new Set(pending.messages)].sort()
    if (lines.length === 0) throw new RoundkeeperError('internal', 'a change without a message')
    const changeSet: ChangeSet = {
      files: pending.files,
      message: lines.join('\n'),
      trailers: await this.#trailers(pending, trailers),
    }
    const signature = { ...by, at: clock.now() }
    await checkPermitted(repo, this.#head, signature, [...pending.files.keys()])
    for (const [path, content] of [...pending.files, ['the message', changeSet.message] as const])
      checkPublic(path, content)
    const head = await repo.commit(this.#head, changeSet, signature)
    this.#lastCommit = clock.now().getTime()
    if (head === this.#head) return
    this.#head = head
    this.commits.push(head)
    this.subjects.push(...lines)
  }

  async #trailers(
    { head, files }: Change,
    trailers: Readonly<Record<string, string>>,
  ): Promise<Record<string, string>> {
    const evidence = await evidenceOf(files, (path) => this.#text(path))
    return {
      ...trailers,
      ...(head === undefined ? {} : { Block: String(head.number), 'Block-Time': head.time.toISOString() }),
      Run: this.#committer.run,
      Engine: this.#committer.engine,
      ...(evidence === undefined ? {} : { Evidence: evidence }),
    }
  }

  async #text(path: string): Promise<string | undefined> {
    const bytes = await this.#committer.repo.read(this.#head, path)
    return bytes && new TextDecoder().decode(bytes)
  }
}

/** The last look at what everybody will be able to read for ever. @throws RoundkeeperError `refused` */
function checkPublic(path: string, content: string | Uint8Array | null): void {
  if (typeof content !== 'string' || !tellsSecret(content)) return
  throw new RoundkeeperError('refused', 'a secret of this machine was about to be committed: nothing was written', {
    where: path,
    hint: 'Some service repeats what it was sent. Give it another secret, see docs/operating.md, and report this.',
  })
}

/** As few as possible, none above `most` bytes of contents unless one decision alone is. */
function inParts(changes: readonly Change[], most = Number.POSITIVE_INFINITY): ChangeBuilder[] {
  const parts: ChangeBuilder[] = []
  let room = 0
  for (const change of changes) {
    const size = sizeOf(change)
    if (parts.length === 0 || size > room) {
      parts.push(new ChangeBuilder())
      room = most
    }
    parts.at(-1)?.and(change)
    room -= size
  }
  return parts
}

const sizeOf = ({ files }: Change) =>
  [...files.values()].reduce((sum, content) => sum + (content === null ? 0 : Buffer.byteLength(content)), 0)
