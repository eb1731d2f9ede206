/** A history through isomorphic-git: no git binary needed, at a fraction of its speed. */
import { isError } from '../errors.ts'
import { parseCommit } from './commit-object.ts'
import { changedPaths, newBlobs, readableBlobs } from './contents.ts'
import { type ChangedPath, type History, type HistoryCommit, MAX_HISTORY_BLOB_BYTES } from './history.ts'
import { missingObject, notInHistory } from './missing.ts'
import { Objects } from './objects.ts'
import { type Difference, diffTrees, filesBelow, type TreeRecord } from './tree-diff.ts'
import { parseTree } from './tree-object.ts'

/** Entries of remembered trees: those of one state of a competition, and of the one after it. */
const MAX_REMEMBERED_ENTRIES = 50_000

export class IsoHistory implements History {
  readonly id: string
  readonly head: string
  readonly backend = 'isomorphic-git'
  readonly #objects: Objects
  readonly #place: AsyncDisposable | undefined
  readonly #trees = new Map<string, ReadonlyMap<string, TreeRecord>>()
  #remembered = 0
  #chain: Promise<string[]> | undefined

  /** `id` is for people; `place` is disposed of with the history. */
  constructor(gitdir: string, head: string, id = gitdir, place?: AsyncDisposable) {
    this.#objects = new Objects(gitdir)
    this.id = id
    this.head = head
    this.#place = place
  }

  async count(since?: string): Promise<number> {
    return (await this.#after(since)).length
  }

  async *commits(since?: string): AsyncGenerator<HistoryCommit> {
    const commits = await this.#after(since)
    let before = since === undefined ? undefined : (await this.#commit(since)).tree
    for (const oid of commits) {
      const { tree, ...commit } = await this.#commit(oid)
      const differences = await diffTrees((folder) => this.#tree(folder), before, tree)
      before = tree
      yield { oid, ...commit, changed: await this.#changed(differences) }
    }
  }

  async tree(commit: string): Promise<ReadonlyMap<string, TreeRecord>> {
    const { tree } = await this.#commit(commit)
    const files = await filesBelow((oid) => this.#tree(oid), tree)
    return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  async blob(oid: string): Promise<Uint8Array | undefined> {
    const bytes = await this.#content(oid, 'blob')
    return bytes.length > MAX_HISTORY_BLOB_BYTES ? undefined : bytes
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#place?.[Symbol.asyncDispose]()
  }

  async #after(since: string | undefined): Promise<string[]> {
    this.#chain ??= this.#walk()
    const chain = await this.#chain
    if (since === undefined) return chain
    const at = chain.indexOf(since)
    if (at < 0) throw notInHistory(since, this.head, this.id)
    return chain.slice(at + 1)
  }

  /** Along first parents, oldest first. */
  async #walk(): Promise<string[]> {
    const chain: string[] = []
    for (let oid: string | undefined = this.head; oid !== undefined; ) {
      chain.push(oid)
      oid = (await this.#commit(oid)).parents[0]
    }
    return chain.reverse()
  }

  async #commit(oid: string) {
    const raw = await this.#content(oid, 'commit')
    return { ...parseCommit(raw), raw }
  }

  async #tree(oid: string): Promise<ReadonlyMap<string, TreeRecord>> {
    const known = this.#trees.get(oid)
    if (known !== undefined) return known
    const entries = await this.#parsed(oid, await this.#content(oid, 'tree'))
    if (this.#remembered + entries.size > MAX_REMEMBERED_ENTRIES) {
      this.#trees.clear()
      this.#remembered = 0
    }
    this.#trees.set(oid, entries)
    this.#remembered += entries.size
    return entries
  }

  async #parsed(oid: string, bytes: Uint8Array): Promise<Map<string, TreeRecord>> {
    try {
      return parseTree(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
    } catch (error) {
      const why = error instanceof Error ? error.message : error
      throw await missingObject(this.#objects.gitdir, `object ${oid} cannot be read: malformed: ${why}`, error)
    }
  }

  /** Sizes are known only of what has been read. */
  async #changed(differences: readonly Difference[]): Promise<ChangedPath[]> {
    const blobs = new Map<string, Uint8Array>()
    for (const oid of newBlobs(differences)) blobs.set(oid, await this.#content(oid, 'blob'))
    const sizeOf = (oid: string) => blobs.get(oid)?.length ?? 0
    const readable = readableBlobs(differences, sizeOf)
    return changedPaths(differences, sizeOf, (oid) => (readable.has(oid) ? blobs.get(oid) : undefined))
  }

  async #content(oid: string, type: 'commit' | 'tree' | 'blob'): Promise<Uint8Array> {
    try {
      return await this.#objects.content(oid, type)
    } catch (error) {
      if (!isError(error, 'not-found')) throw error
      throw await missingObject(this.#objects.gitdir, `object ${oid} cannot be read: missing or damaged`, error.cause)
    }
  }
}
