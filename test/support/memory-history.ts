import { createHash } from 'node:crypto'
import { RoundkeeperError } from '../../src/errors.ts'
import type { ChangedPath, History, HistoryCommit, NewRecord, TreeRecord } from '../../src/repo/history.ts'
import { formatMessage } from '../../src/repo/message.ts'
import { joinSigned } from '../../src/signing/signed-commit.ts'
import type { Signer } from '../../src/signing/signer.ts'
import { type Verification, type VerifyOptions, verify } from '../../src/verify/verify.ts'

/** What a path holds: text, bytes, another kind of entry, or nothing any more. */
export type Content =
  | string
  | Uint8Array
  | { readonly mode: string; readonly content?: string; readonly size?: number }
  | null

export interface Planned {
  readonly files?: Readonly<Record<string, Content>>
  readonly message?: string
  readonly trailers?: Readonly<Record<string, string>>
  /** Minutes after the commit before, or a moment. */
  readonly at?: number | Date
  readonly written?: Date
  readonly by?: { readonly name: string; readonly email: string }
  readonly parents?: number
  readonly signer?: Signer | undefined
}

export const START = new Date('2026-03-01T08:00:00Z')
const SOMEBODY = { name: 'Somebody', email: 'somebody@roundkeeper.test' }

const hash = (text: string | Uint8Array) => createHash('sha1').update(text).digest('hex')

type Who = HistoryCommit['author']

function commitObject(tree: string, parents: readonly string[], author: Who, committer: Who, message: string): Buffer {
  const line = ({ name, email, at }: Who) => `${name} <${email}> ${Math.floor(at.getTime() / 1000)} +0000`
  const headers = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`)]
  return Buffer.from([...headers, `author ${line(author)}`, `committer ${line(committer)}`, '', message].join('\n'))
}

/** A history that was never a repository: for commits that no honest tool makes. */
export class MemoryHistory implements History {
  readonly id = 'memory'
  readonly backend = 'git'
  readonly #commits: HistoryCommit[] = []
  readonly #blobs = new Map<string, Uint8Array>()
  readonly #trees = new Map<string, ReadonlyMap<string, TreeRecord>>()
  #tree = new Map<string, TreeRecord>()
  #time = START.getTime()

  constructor(plans: readonly Planned[]) {
    for (const plan of plans) this.add(plan)
  }

  get head(): string {
    return this.#commits.at(-1)?.oid ?? ''
  }

  /** By position; negative from the end. */
  oid(position: number): string {
    return this.#commits.at(position)?.oid ?? ''
  }

  add(plan: Planned): this {
    const { at = 10, by = SOMEBODY, message = 'A change', trailers = {} } = plan
    this.#time = at instanceof Date ? at.getTime() : this.#time + at * 60_000
    const tree = new Map(this.#tree)
    const changed = Object.entries(plan.files ?? {}).map(([path, content]) => this.#change(tree, path, content))
    const parent = this.head
    const text = formatMessage(message, trailers)
    const committer = { ...by, at: new Date(this.#time) }
    const author = { ...by, at: plan.written ?? committer.at }
    const others = Array.from({ length: (plan.parents ?? 1) - 1 }, (_, i) => hash(`other ${i}`))
    const parents = parent === '' ? others : [parent, ...others]
    const payload = commitObject(hash(`tree ${this.#commits.length} ${parent}`), parents, author, committer, text)
    const raw = plan.signer === undefined ? payload : joinSigned(payload, plan.signer.sign(payload))
    const oid = hash(Buffer.concat([Buffer.from(`commit ${raw.length}\0`), raw]))
    this.#commits.push({
      oid,
      parents,
      author,
      committer,
      message: text,
      raw,
      changed: changed.filter((each) => each !== undefined).sort((a, b) => (a.path < b.path ? -1 : 1)),
    })
    this.#tree = tree
    this.#trees.set(oid, tree)
    return this
  }

  #change(tree: Map<string, TreeRecord>, path: string, content: Content): ChangedPath | undefined {
    const old = tree.get(path)
    const before = old === undefined ? {} : { before: old }
    if (content === null) {
      tree.delete(path)
      return old === undefined ? undefined : { path, ...before }
    }
    const after = this.#record(content)
    if (old?.oid === after.oid && old.mode === after.mode) return undefined
    tree.set(path, { mode: after.mode, oid: after.oid })
    return { path, ...before, after }
  }

  #record(content: Exclude<Content, null>): NewRecord {
    if (typeof content === 'string') return this.#record(new TextEncoder().encode(content))
    if (content instanceof Uint8Array) {
      const oid = hash(content)
      this.#blobs.set(oid, content)
      return { mode: '100644', oid, size: content.length, bytes: content }
    }
    const record = this.#record(content.content ?? content.mode)
    const { bytes: _, ...rest } = record
    return { ...(content.size === undefined ? record : { ...rest, size: content.size }), mode: content.mode }
  }

  async count(since?: string): Promise<number> {
    return this.#after(since).length
  }

  async *commits(since?: string): AsyncGenerator<HistoryCommit> {
    yield* this.#after(since)
  }

  async tree(commit: string): Promise<ReadonlyMap<string, TreeRecord>> {
    return this.#trees.get(commit) ?? new Map()
  }

  async blob(oid: string): Promise<Uint8Array | undefined> {
    return this.#blobs.get(oid)
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #after(since: string | undefined): HistoryCommit[] {
    if (since === undefined) return this.#commits
    const at = this.#commits.findIndex(({ oid }) => oid === since)
    if (at >= 0) return this.#commits.slice(at + 1)
    throw new RoundkeeperError('not-found', `${since} is not in this history`)
  }
}

/** Another history, commit by commit, to be changed on the way. */
export async function plansOf(history: History): Promise<Planned[]> {
  const plans: Planned[] = []
  for await (const { changed, committer, author, message, parents } of history.commits()) {
    const files: Record<string, Content> = {}
    for (const { path, after } of changed) files[path] = after?.bytes ?? null
    const by = { name: committer.name, email: committer.email }
    plans.push({ files, message, by, at: committer.at, written: author.at, parents: Math.max(1, parents.length) })
  }
  return plans
}

export interface Looked extends Verification {
  /** `code path` of all findings at a commit, by its position. */
  at(position: number): string[]
  oid(position: number): string
}

export async function look(plans: readonly Planned[], options: VerifyOptions = {}): Promise<Looked> {
  const history = new MemoryHistory(plans)
  const result = await verify(history, options)
  const at = (position: number) =>
    result.findings
      .filter(({ commit }) => commit === history.oid(position))
      .map(({ code, path }) => (path === null ? code : `${code} ${path}`))
  return { ...result, at, oid: (position) => history.oid(position) }
}
