/** The competition at one commit of a walk through its history: paths in memory, contents by id, parsed once. */
import type { Records } from '../engine/records.ts'
import { RoundkeeperError } from '../errors.ts'
import type { ChangedPath, History, TreeRecord } from '../repo/history.ts'
import type { StateFile } from '../state/state-file.ts'
import { Lru } from './lru.ts'

type Args = readonly (string | number)[]
type Reader = Pick<History, 'blob'>

const MAX_TEXT_BYTES = 48 * 1024 * 1024
const MAX_PARSED_BYTES = 24 * 1024 * 1024

export class World {
  readonly #history: Reader
  readonly #entries = new Map<string, TreeRecord>()
  readonly #texts = new Lru<string, string | undefined>(MAX_TEXT_BYTES)
  readonly #parsed = new Lru<string, unknown>(MAX_PARSED_BYTES)

  constructor(history: Reader, entries: Iterable<readonly [string, TreeRecord]> = []) {
    this.#history = history
    for (const [path, record] of entries) this.#entries.set(path, record)
  }

  /** Takes one commit in. @returns views of the competition before and after it */
  apply(changed: readonly ChangedPath[]): { before: Records; after: Records } {
    for (const { path, after } of changed) {
      if (after === undefined) this.#entries.delete(path)
      else this.#entries.set(path, after)
      if (after?.bytes !== undefined) this.#texts.set(after.oid, textOf(after.bytes), after.size)
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
    const text = async (path: string) => {
      const record = entry(path)
      return record === undefined || !record.mode.startsWith('100') ? undefined : this.#text(record.oid)
    }
    const find = async <T, A extends Args>(file: StateFile<T, A>, ...args: A): Promise<T | undefined> => {
      const path = file.path(...args)
      const record = entry(path)
      const found = await text(path)
      if (record === undefined || found === undefined || found.trim() === '') return undefined
      const key = `${file.name} ${record.oid}`
      if (!this.#parsed.has(key)) this.#parsed.set(key, file.parse(found, path), 4 * found.length)
      return this.#parsed.get(key) as T
    }
    return {
      text,
      find,
      read: async (file, ...args) => {
        const found = await find(file, ...args)
        if (found !== undefined) return found
        throw new RoundkeeperError('state-file', `${file.path(...args)} is missing`, { where: file.path(...args) })
      },
      list: async (folder) => [...paths()].filter((path) => folder === '' || path.startsWith(`${folder}/`)).sort(),
    }
  }

  async #text(oid: string): Promise<string | undefined> {
    if (!this.#texts.has(oid)) {
      const bytes = await this.#history.blob(oid)
      this.#texts.set(oid, bytes === undefined ? undefined : textOf(bytes), bytes?.length ?? 0)
    }
    return this.#texts.get(oid)
  }
}

const decoder = new TextDecoder()
const textOf = (bytes: Uint8Array) => decoder.decode(bytes)
