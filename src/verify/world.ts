/** The competition at one commit of a walk through its history: paths in memory, contents by id, read once. */
import type { Records } from '../engine/records.ts'
import { RoundkeeperError } from '../errors.ts'
import type { ChangedPath, History, TreeRecord } from '../repo/history.ts'
import type { StateFile } from '../state/state-file.ts'
import type { FileRead } from './checks/inspect-file.ts'
import { Contents } from './contents.ts'
import { KeptBytes } from './kept-bytes.ts'

type Args = readonly (string | number)[]
type Reader = Pick<History, 'blob'>

/** The competition before a commit and after it. */
export interface View {
  readonly before: Records
  readonly after: Records
}

const NONE: ReadonlyMap<string, FileRead> = new Map()

/** Of contents, beside what has been made of some. */
const MAX_REMEMBERED_BYTES = 4 * 1024 * 1024

export class World {
  readonly #history: Reader
  readonly #entries = new Map<string, TreeRecord>()
  readonly #bytes = new KeptBytes(MAX_REMEMBERED_BYTES)
  /** Number of the commit that is looked at, and what was made of contents for it and those before it, by id. */
  #commit = 0
  readonly #made = new Map<string, Contents>()

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
    for (const [oid, contents] of this.#made) if (!contents.staysFor(this.#commit)) this.#made.delete(oid)
    for (const { path, after } of changed) {
      if (after === undefined) this.#entries.delete(path)
      else this.#entries.set(path, { mode: after.mode, oid: after.oid }) // not its contents
      if (after?.bytes === undefined) continue
      this.#bytes.set(after.oid, after.bytes)
      this.#put(after.oid, new Contents(after.bytes, read.get(path)))
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
    /** Makes something of contents at once, before others take their place. */
    const make = async <M>(path: string, how: (contents: Contents) => M): Promise<M | undefined> => {
      const record = entry(path)
      if (record === undefined || !record.mode.startsWith('100')) return undefined
      const contents = this.#contents(record.oid) ?? (await this.#read(record.oid))
      if (contents === undefined) return undefined
      contents.neededBy(this.#commit)
      return how(contents)
    }
    const find = <T, A extends Args>(file: StateFile<T, A>, ...args: A): Promise<T | undefined> => {
      const path = file.path(...args)
      return make(path, (contents) => contents.as(file, path) as T | undefined)
    }
    return {
      text: (path) => make(path, (contents) => contents.text),
      find,
      read: async (file, ...args) => {
        const found = await find(file, ...args)
        if (found !== undefined) return found
        throw new RoundkeeperError('state-file', `${file.path(...args)} is missing`, { where: file.path(...args) })
      },
      list: async (folder) => [...paths()].filter((path) => folder === '' || path.startsWith(`${folder}/`)).sort(),
    }
  }

  #contents(oid: string): Contents | undefined {
    const made = this.#made.get(oid)
    if (made !== undefined) return made
    const bytes = this.#bytes.get(oid)
    return bytes && this.#put(oid, new Contents(bytes))
  }

  async #read(oid: string): Promise<Contents | undefined> {
    const bytes = await this.#history.blob(oid)
    if (bytes === undefined) return undefined
    this.#bytes.set(oid, bytes)
    return this.#put(oid, new Contents(bytes))
  }

  #put(oid: string, contents: Contents): Contents {
    contents.neededBy(this.#commit)
    this.#made.set(oid, contents)
    return contents
  }
}
