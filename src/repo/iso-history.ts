/** A history through isomorphic-git: no git binary needed, at a fraction of its speed. */
import { createHash } from 'node:crypto'
import git from 'isomorphic-git'
import { RoundkeeperError } from '../errors.ts'
import {
  type ChangedPath,
  type History,
  type HistoryCommit,
  MAX_HISTORY_BLOB_BYTES,
  type NewRecord,
  type TreeRecord,
} from './history.ts'
import { Objects } from './objects.ts'

export class IsoHistory implements History {
  readonly id: string
  readonly head: string
  readonly backend = 'isomorphic-git'
  readonly #objects: Objects
  readonly #close: () => Promise<void>
  #chain: Promise<string[]> | undefined

  constructor(gitdir: string, head: string, id = gitdir, close: () => Promise<void> = async () => {}) {
    this.#objects = new Objects(gitdir)
    this.id = id
    this.head = head
    this.#close = close
  }

  async count(since?: string): Promise<number> {
    return (await this.#after(since)).length
  }

  async *commits(since?: string): AsyncGenerator<HistoryCommit> {
    let before = since === undefined ? undefined : await this.#objects.rootOf(since)
    for (const oid of await this.#after(since)) {
      const { raw, commit } = await this.#commit(oid)
      const changed = await this.#diff(before, commit.tree, '')
      before = commit.tree
      yield {
        oid,
        parents: commit.parent,
        author: signature(commit.author),
        committer: signature(commit.committer),
        message: commit.message,
        raw,
        changed: changed.sort((a, b) => (a.path < b.path ? -1 : 1)),
      }
    }
  }

  async tree(commit: string): Promise<ReadonlyMap<string, TreeRecord>> {
    return new Map(await this.#flat(await this.#objects.rootOf(commit), ''))
  }

  async blob(oid: string): Promise<Uint8Array | undefined> {
    const bytes = await this.#objects.blob(oid)
    return bytes.length > MAX_HISTORY_BLOB_BYTES ? undefined : bytes
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close()
  }

  async #after(since: string | undefined): Promise<string[]> {
    this.#chain ??= this.#walk()
    const chain = await this.#chain
    if (since === undefined) return chain
    const at = chain.indexOf(since)
    if (at >= 0) return chain.slice(at + 1)
    throw new RoundkeeperError('not-found', `${since} is not in the history of ${this.head}`, {
      where: this.id,
      hint: 'The history was rewritten, or this is another competition: verify it from the beginning.',
    })
  }

  /** Along first parents, oldest first. */
  async #walk(): Promise<string[]> {
    const chain: string[] = []
    for (let oid: string | undefined = this.head; oid !== undefined; ) {
      chain.push(oid)
      const { commit } = await this.#commit(oid)
      oid = commit.parent[0]
    }
    return chain.reverse()
  }

  async #commit(oid: string) {
    await this.#objects.rootOf(oid) // for its error when there is none
    const commit = await this.#objects.findCommit(oid)
    const { object } = await git.readObject({
      fs: this.#objects.fs,
      gitdir: this.#objects.gitdir,
      oid,
      format: 'content',
      cache: this.#objects.cache,
    })
    const raw = object as Uint8Array
    const hash = createHash('sha1').update(`commit ${raw.length}\0`).update(raw).digest('hex')
    if (commit === undefined || hash !== oid) throw damaged(oid, this.id)
    return { raw, commit }
  }

  async #diff(before: string | undefined, after: string, prefix: string): Promise<ChangedPath[]> {
    const old = before === undefined ? new Map() : await this.#objects.tree(before)
    const now = await this.#objects.tree(after)
    const changed: ChangedPath[] = []
    for (const name of new Set([...old.keys(), ...now.keys()])) {
      const [a, b] = [old.get(name), now.get(name)]
      if (a?.oid === b?.oid && a?.mode === b?.mode) continue
      const path = `${prefix}${name}`
      if (a?.type === 'tree' && b?.type === 'tree') {
        changed.push(...(await this.#diff(a.oid, b.oid, `${path}/`)))
        continue
      }
      if (a?.type === 'tree')
        for (const [at, record] of await this.#flat(a.oid, `${path}/`)) changed.push({ path: at, before: record })
      if (b?.type === 'tree')
        for (const [at, record] of await this.#flat(b.oid, `${path}/`))
          changed.push({ path: at, after: await this.#new(record) })
      const before = a !== undefined && a.type !== 'tree' ? { before: record(a) } : {}
      const after = b !== undefined && b.type !== 'tree' ? { after: await this.#new(record(b)) } : {}
      if ('before' in before || 'after' in after) changed.push({ path, ...before, ...after })
    }
    return changed
  }

  async #flat(tree: string, prefix: string): Promise<[string, TreeRecord][]> {
    const all: [string, TreeRecord][] = []
    for (const entry of (await this.#objects.tree(tree)).values()) {
      if (entry.type === 'tree') all.push(...(await this.#flat(entry.oid, `${prefix}${entry.path}/`)))
      else all.push([`${prefix}${entry.path}`, record(entry)])
    }
    return all
  }

  async #new({ mode, oid }: TreeRecord): Promise<NewRecord> {
    if (mode === '160000') return { mode, oid, size: 0 }
    const bytes = await this.#objects.blob(oid)
    return { mode, oid, size: bytes.length, ...(bytes.length > MAX_HISTORY_BLOB_BYTES ? {} : { bytes }) }
  }
}

const record = ({ mode, oid }: TreeRecord): TreeRecord => ({ mode: mode.padStart(6, '0'), oid })

const signature = (who: { name: string; email: string; timestamp: number }) => ({
  name: who.name,
  email: who.email,
  at: new Date(who.timestamp * 1000),
})

const damaged = (oid: string, where: string) =>
  new RoundkeeperError('not-found', `object ${oid} is missing or damaged`, {
    where,
    hint: 'Run git fsck there; a fresh clone brings it back if the remote still has it.',
  })
