/**
 * A history through the git program: names from `git diff-tree`, contents from `git cat-file`, both streamed, with what
 * comes next on its way while the consumer looks at what there is.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { RoundkeeperError } from '../errors.ts'
import type { OwnGitFolder } from './borrowed-objects.ts'
import { CatFile, ObjectFault, type ObjectType, rootOf } from './cat-file.ts'
import { parseCommit } from './commit-object.ts'
import { changedPaths, newBlobs, readableBlobs } from './contents.ts'
import { runGit } from './git-program.ts'
import { ahead, byWeight, inGroups } from './groups.ts'
import { type History, type HistoryCommit, MAX_HISTORY_BLOB_BYTES } from './history.ts'
import { missingObject, notInHistory } from './missing.ts'
import { type CommitDiff, rawDiffs } from './raw-diff.ts'
import { FOLDER_MODE, MAX_PATHS, type TreeRecord, tooManyPaths } from './tree-diff.ts'
import { checkTree, parseTree } from './tree-object.ts'

/** Commits whose objects are asked for at once, and about how many bytes of them. */
const GROUP_COMMITS = 64
const GROUP_BYTES = 1024 * 1024
/** Git is looked after as often, however busy the consumer is. */
const TURN_MS = 2

export interface NativeHistoryOptions {
  /** Disposed of with the history. */
  readonly place: OwnGitFolder
  readonly head: string
  /** For people. */
  readonly id: string
  /** Where the objects really are, for people too. */
  readonly gitdir: string
}

export class NativeHistory implements History {
  readonly id: string
  readonly head: string
  readonly backend = 'git'
  readonly #place: OwnGitFolder
  readonly #gitdir: string
  /** For the walk. */
  readonly #stream: CatFile
  /** For single questions, which need not wait for what the walk has asked for. */
  #single: CatFile | undefined
  #chain: Promise<string[]> | undefined

  constructor({ place, head, id, gitdir }: NativeHistoryOptions) {
    this.id = id
    this.head = head
    this.#place = place
    this.#gitdir = gitdir
    this.#stream = new CatFile(place, MAX_HISTORY_BLOB_BYTES)
  }

  async count(since?: string): Promise<number> {
    return (await this.#after(since)).length
  }

  async *commits(since?: string): AsyncGenerator<HistoryCommit> {
    const commits = await this.#after(since)
    let turned = performance.now()
    try {
      for await (const group of ahead(this.#groups(commits, since))) {
        for (const commit of group) {
          yield commit
          if (performance.now() - turned < TURN_MS) continue
          await turn() // so that what git has sent is taken, and what is next is asked for
          turned = performance.now()
        }
      }
    } catch (error) {
      throw await this.#explained(error)
    }
  }

  async tree(commit: string): Promise<ReadonlyMap<string, TreeRecord>> {
    try {
      const { tree } = parseCommit(await this.#object(commit, 'commit'))
      return await this.#filesBelow(tree)
    } catch (error) {
      throw await this.#explained(error)
    }
  }

  async blob(oid: string): Promise<Uint8Array | undefined> {
    try {
      const [info] = await this.#asked.info([oid])
      return (info?.size ?? 0) > MAX_HISTORY_BLOB_BYTES ? undefined : await this.#object(oid, 'blob')
    } catch (error) {
      throw await this.#explained(error)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stream[Symbol.asyncDispose]()
    await this.#single?.[Symbol.asyncDispose]()
    await this.#place[Symbol.asyncDispose]()
  }

  get #asked(): CatFile {
    this.#single ??= new CatFile(this.#place, MAX_HISTORY_BLOB_BYTES)
    return this.#single
  }

  async #after(since: string | undefined): Promise<string[]> {
    this.#chain ??= this.#walk()
    const chain = await this.#chain
    if (since === undefined) return chain
    const at = chain.indexOf(since)
    if (at < 0) throw notInHistory(since, this.head, this.id)
    return chain.slice(at + 1)
  }

  async #walk(): Promise<string[]> {
    const args = ['rev-list', '--first-parent', '--reverse', this.head, '--']
    const text = await runGit(args, this.#place).catch(async (error: unknown) => {
      throw await this.#explained(error)
    })
    return text.split('\n').filter((line) => line !== '')
  }

  /** Commits in groups of about as many bytes, each fully read. */
  async *#groups(commits: readonly string[], since: string | undefined): AsyncGenerator<HistoryCommit[]> {
    let parent = since
    for await (const diffs of inGroups(rawDiffs(this.#place, commits, since), GROUP_COMMITS)) {
      const blobs = await this.#stream.info([...newBlobs(diffs.flatMap(({ files }) => files))])
      const sizes = new Map(blobs.map(({ oid, size }) => [oid, size]))
      const sizeOf = (oid: string) => sizes.get(oid) ?? 0
      const bytesOf = ({ files }: CommitDiff) => files.reduce((sum, { after }) => sum + sizeOf(after?.oid ?? ''), 0)
      for (const part of byWeight(diffs, bytesOf, GROUP_BYTES)) {
        yield await Promise.all(part.map((diff, i) => this.#load(diff, part[i - 1]?.oid ?? parent, sizeOf)))
        parent = part.at(-1)?.oid
      }
    }
  }

  async #load({ oid, files, folders }: CommitDiff, parent: string | undefined, sizeOf: (oid: string) => number) {
    const readable = [...readableBlobs(files, sizeOf)]
    const [commit, root, ...others] = await this.#stream.contents([oid, rootOf(oid), ...folders, ...readable])
    const raw = commit?.bytes ?? Buffer.alloc(0)
    const { tree, ...fields } = parseCommit(raw)
    // What git went by is what the commit says.
    if (fields.parents[0] !== parent || tree !== root?.oid) throw new ObjectFault(oid, 'damaged')
    wellFormed(tree, () => checkTree(root.bytes))
    for (const folder of others.slice(0, folders.length)) wellFormed(folder.oid, () => checkTree(folder.bytes))
    const bytes = new Map(others.slice(folders.length).map((blob) => [blob.oid, blob.bytes]))
    const changed = changedPaths(files, sizeOf, (blob) => bytes.get(blob))
    return { oid, ...fields, raw, changed } satisfies HistoryCommit
  }

  /** All folders of a depth are asked for together. */
  async #filesBelow(tree: string): Promise<Map<string, TreeRecord>> {
    const files: [string, TreeRecord][] = []
    let level: [string, string][] = [['', tree]]
    while (level.length > 0) {
      const folders = await this.#folders([...new Set(level.map(([, oid]) => oid))])
      const next: typeof level = []
      for (const [prefix, oid] of level) {
        for (const [name, record] of folders.get(oid) ?? []) {
          if (record.mode === FOLDER_MODE) next.push([`${prefix}${name}/`, record.oid])
          else files.push([`${prefix}${name}`, record])
        }
        if (files.length + next.length > MAX_PATHS) throw tooManyPaths(`tree ${tree}`)
      }
      level = next
    }
    return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  async #folders(oids: readonly string[]): Promise<Map<string, ReadonlyMap<string, TreeRecord>>> {
    const folders = await this.#asked.contents(oids)
    return new Map(
      folders.map(({ oid, type, bytes }) => {
        if (type !== 'tree') throw new ObjectFault(oid, `a ${type}, not a tree`)
        return [oid, wellFormed(oid, () => parseTree(bytes))]
      }),
    )
  }

  async #object(oid: string, expected: ObjectType): Promise<Buffer> {
    const [found] = await this.#asked.contents([oid])
    if (found?.type !== expected) throw new ObjectFault(oid, `a ${found?.type}, not a ${expected}`)
    return found.bytes
  }

  async #explained(error: unknown): Promise<unknown> {
    if (error instanceof RoundkeeperError) return error
    const words = error instanceof Error ? error.message : String(error)
    const what = error instanceof ObjectFault ? `object ${error.oid} cannot be read: ${words}` : words
    return missingObject(this.#gitdir, what, error)
  }
}

function wellFormed<T>(oid: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new ObjectFault(oid, `malformed: ${error instanceof Error ? error.message : error}`)
  }
}
