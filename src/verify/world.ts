/** The competition at one commit of a walk through its history: paths in memory, contents by id, read once. */
import type { Records } from '../engine/records.ts'
import { RoundkeeperError } from '../errors.ts'
import type { ChangedPath, History, TreeRecord } from '../repo/history.ts'
import type { StateFile } from '../state/state-file.ts'
import type { FileRead } from './checks/inspect-file.ts'
import { Contents } from './contents.ts'
import { Lru } from './lru.ts'

type Args = readonly (string | number)[]
type Reader = Pick<History, 'blob'>

/** The competition before a commit and after it. */
export interface View {
  readonly before: Records
  readonly after: Records
}

const NONE: ReadonlyMap<string, FileRead> = new Map()

/** Of contents that are kept; what has been made of them takes several times as much. */
const MAX_REMEMBERED_BYTES = 4 * 1024 * 1024

export class World {
  readonly #history: Reader
  readonly #entries = new Map<string, TreeRecord>()
  readonly #contents = new Lru<string, Contents>(MAX_REMEMBERED_BYTES)
  /** Number of the commit that is looked at, and what was made values of for it. */
  #commit = 0
  #awake = new Set<Contents>()

  constructor(history: Reader, entries: Iterable<readonly [string, TreeRecord]> = []) {
    this.#history = history
    for (const [path, record] of entries) this.#entries.set(path, record)
  }

  /**
   * Takes one commit in.
   * @param read what of its files has been read already
   */
  apply(changed: readonly ChangedPath[], read: ReadonlyMap<string, FileRead> = NONE): View {
    this.#commit += 1
    for (const contents of this.#awake) if (contents.sleeps(this.#commit)) this.#awake.delete(contents)
    for (const { path, after } of changed) {
      if (after === undefined) this.#entries.delete(path)
      else this.#entries.set(path, { mode: after.mode, oid: after.oid }) // not its contents
      if (after?.bytes !== undefined)
        this.#contents.set(after.oid, this.#wake(new Contents(after.bytes, read.get(path))), after.size)
    }
    const overlay = new Map(changed.map(({ path, before }) => [path, before]))
    const entry = (path: string) => this.#entries.get(path)
    return {
      after: this.#view(entry, () => this.#entries.keys()),
      before: this.#view(
        (path) => (overlay.has(path) ? overlay.get(path) : entry(path)),
        () => this.#pathsBefore(overlay),
      ),
    }
  }

  /** The competition as it is now. */
  get now(): Records {
    return this.#view(
      (path) => this.#entries.get(path),
      () => this.#entries.keys(),
    )
  }

  *#pathsBefore(overlay: ReadonlyMap<string, TreeRecord | undefined>): Iterable<string> {
    for (const path of this.#entries.keys()) if (!overlay.has(path)) yield path
    for (const [path, record] of overlay) if (record !== undefined) yield path
  }

  #view(entry: (path: string) => TreeRecord | undefined, paths: () => Iterable<string>): Records {
    const contents = async (path: string) => {
      const record = entry(path)
      if (record === undefined || !record.mode.startsWith('100')) return undefined
      const found = this.#contents.get(record.oid) ?? (await this.#read(record.oid))
      return found && this.#wake(found)
    }
    const find = async <T, A extends Args>(file: StateFile<T, A>, ...args: A): Promise<T | undefined> => {
      const path = file.path(...args)
      return (await contents(path))?.as(file, path) as T | undefined
    }
    return {
      text: async (path) => (await contents(path))?.text,
      find,
      read: async (file, ...args) => {
        const found = await find(file, ...args)
        if (found !== undefined) return found
        throw new RoundkeeperError('state-file', `${file.path(...args)} is missing`, { where: file.path(...args) })
      },
      list: async (folder) => [...paths()].filter((path) => folder === '' || path.startsWith(`${folder}/`)).sort(),
    }
  }

  #wake(contents: Contents): Contents {
    contents.wakes(this.#commit)
    this.#awake.add(contents)
    return contents
  }

  async #read(oid: string): Promise<Contents | undefined> {
    const bytes = await this.#history.blob(oid)
    if (bytes === undefined) return undefined
    const contents = new Contents(bytes)
    this.#contents.set(oid, contents, bytes.length)
    return contents
  }
}
