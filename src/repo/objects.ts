/**
 * The object database of one git folder: commits, trees and blobs by id, through isomorphic-git.
 * What an id names never changes, so trees are remembered; packs are forgotten when the folder's packs change.
 */
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { deflate } from 'node:zlib'
import git, { type CommitObject, type TreeEntry } from 'isomorphic-git'
import { RoundkeeperError } from '../errors.ts'
import { isOid } from './oid.ts'
import { WholeFiles } from './whole-files.ts'

export type Tree = ReadonlyMap<string, TreeEntry>

/** Entries of remembered trees, all together; about 200 bytes each. */
const MAX_REMEMBERED_ENTRIES = 200_000
const deflated = promisify<Buffer, Buffer>(deflate)

export class Objects {
  readonly gitdir: string
  readonly fs = new WholeFiles()
  /** isomorphic-git's memory of packs. */
  cache: object = {}
  #packsAt = 0
  readonly #trees = new Map<string, Tree>()
  readonly #treeOf = new Map<string, string>()
  #remembered = 0

  constructor(gitdir: string) {
    this.gitdir = gitdir
  }

  /** Lets go of packs that are held in memory if any came or went since the last call. */
  async refresh(): Promise<void> {
    const { mtimeMs } = await stat(join(this.gitdir, 'objects', 'pack'))
    if (mtimeMs !== this.#packsAt) this.cache = {}
    this.#packsAt = mtimeMs
  }

  async has(commit: string): Promise<boolean> {
    return (await this.findCommit(commit)) !== undefined
  }

  async findCommit(oid: string): Promise<CommitObject | undefined> {
    if (!isOid(oid)) return undefined
    try {
      const { commit } = await this.#read(() => git.readCommit({ ...this.#place, oid, cache: this.cache }))
      return commit
    } catch (error) {
      if (error instanceof git.Errors.NotFoundError) return undefined
      throw damaged(oid, this.gitdir, error)
    }
  }

  /** The root tree of a commit. @throws `not-found` */
  async rootOf(commit: string): Promise<string> {
    const known = this.#treeOf.get(commit)
    if (known !== undefined) return known
    const found = await this.findCommit(commit)
    if (found === undefined) {
      throw new RoundkeeperError('not-found', `there is no commit ${commit}`, {
        where: this.gitdir,
        hint: 'Read the branch again; history may have been rewritten.',
      })
    }
    if (this.#treeOf.size >= 1000) this.#treeOf.clear()
    this.#treeOf.set(commit, found.tree)
    return found.tree
  }

  async tree(oid: string): Promise<Tree> {
    const known = this.#trees.get(oid)
    if (known !== undefined) return known
    const { tree } = await this.#read(() => git.readTree({ ...this.#place, oid, cache: this.cache })).catch(
      (error: unknown) => {
        throw damaged(oid, this.gitdir, error)
      },
    )
    const entries = new Map(tree.map((entry) => [entry.path, entry]))
    this.#remember(oid, entries)
    return entries
  }

  blob(oid: string): Promise<Uint8Array> {
    return this.content(oid, 'blob')
  }

  /** An object as git stores it, hash-checked. @throws `not-found` */
  async content(oid: string, type: 'commit' | 'tree' | 'blob'): Promise<Uint8Array> {
    const read = () => git.readObject({ ...this.#place, oid, cache: this.cache, format: 'content' })
    const found = await this.#read(read).catch((error: unknown) => {
      throw damaged(oid, this.gitdir, error)
    })
    const bytes = found.object as Uint8Array
    const header = `${found.type} ${bytes.length}\0`
    // isomorphic-git checks loose objects only
    if (found.type === type && createHash('sha1').update(header).update(bytes).digest('hex') === oid) return bytes
    throw damaged(oid, this.gitdir, undefined)
  }

  /** The entry at a path below a tree, or undefined. */
  async find(root: string, path: string): Promise<TreeEntry | undefined> {
    const segments = path.split('/')
    const name = segments.pop() ?? ''
    let tree = await this.tree(root)
    for (const segment of segments) {
      const folder = tree.get(segment)
      if (folder?.type !== 'tree') return undefined
      tree = await this.tree(folder.oid)
    }
    return tree.get(name)
  }

  async writeBlob(content: Uint8Array): Promise<string> {
    const object = Buffer.concat([blobHeader(content), content])
    const oid = createHash('sha1').update(object).digest('hex')
    // isomorphic-git's own compression takes three times as long
    return git.writeObject({ ...this.#place, oid, object: await deflated(object), format: 'deflated' })
  }

  async writeTree(entries: readonly TreeEntry[]): Promise<string> {
    const oid = await git.writeTree({ ...this.#place, tree: [...entries] })
    this.#remember(oid, new Map(entries.map((entry) => [entry.path, entry])))
    return oid
  }

  /** @param object as git stores it */
  async writeCommit(object: Uint8Array): Promise<string> {
    return git.writeObject({ ...this.#place, type: 'commit', object, format: 'content' })
  }

  get #place() {
    return { fs: this.fs, gitdir: this.gitdir }
  }

  /** A repack may take a pack away between looking for it and reading it: look again, once. */
  async #read<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read()
    } catch {
      this.cache = {}
      return await read()
    }
  }

  #remember(oid: string, tree: Tree): void {
    if (this.#remembered + tree.size > MAX_REMEMBERED_ENTRIES) {
      this.#trees.clear()
      this.#remembered = 0
    }
    if (this.#trees.has(oid)) return
    this.#trees.set(oid, tree)
    this.#remembered += tree.size
  }
}

const blobHeader = (content: Uint8Array) => Buffer.from(`blob ${content.length}\0`)

const damaged = (oid: string, gitdir: string, cause: unknown) =>
  new RoundkeeperError('not-found', `object ${oid} is missing or damaged`, {
    where: gitdir,
    hint: 'Run git fsck there; a fresh clone brings it back if the remote still has it.',
    cause,
  })
