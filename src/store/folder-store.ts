import { createHash } from 'node:crypto'
import { link, mkdir, open, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { diskFailure, sha256Of, sizeOf, unlessExists, unlessMissing } from './disk.ts'
import { checkKey } from './key.ts'
import type { Incoming, ObjectStore } from './object-store.ts'
import { occupied } from './occupied.ts'
import { Spool, type SpooledFile } from './spool.ts'

/** Half-written objects; no key begins with a dot, so nobody can ask for one. */
const INCOMING = '.incoming'

/**
 * Objects as files of a folder. An object appears whole or not at all, and the first writer wins, also among several
 * processes and when one of them is killed.
 */
export class FolderStore implements ObjectStore {
  readonly id: string
  readonly #baseUrl: string
  readonly #spool: Spool

  /** @param baseUrl where the folder is served, if it is; otherwise addresses only name the key, `store:/sha256/…` */
  constructor(options: { dir: string; baseUrl?: string }) {
    this.id = resolve(options.dir)
    this.#baseUrl = (options.baseUrl ?? 'store:').replace(/\/+$/, '')
    this.#spool = new Spool(join(this.id, INCOMING))
  }

  async put(key: string, bytes: Uint8Array, _contentType: string): Promise<void> {
    const path = this.#path(key)
    await this.#asking(key, async () => {
      const sha256 = () => createHash('sha256').update(bytes).digest('hex')
      if (await this.#holds(key, bytes.length, sha256)) return
      await using spooled = await this.#spool.receive([bytes], this.#where(key))
      await this.#keep(key, path, spooled)
    })
  }

  async receive(chunks: AsyncIterable<Uint8Array>): Promise<Incoming> {
    const spooled = await this.#spool.receive(chunks, this.id)
    const { sha256, size } = spooled
    return {
      sha256,
      size,
      keep: async (key) => {
        const path = this.#path(key)
        await this.#asking(key, () => this.#keep(key, path, spooled))
      },
      [Symbol.asyncDispose]: () => spooled[Symbol.asyncDispose](),
    }
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const path = this.#path(key)
    return this.#asking(key, () => readFile(path).catch(unlessMissing))
  }

  async has(key: string): Promise<boolean> {
    const path = this.#path(key)
    return this.#asking(key, async () => (await sizeOf(path)) !== undefined)
  }

  url(key: string): string {
    return `${this.#baseUrl}/${checkKey(key)}`
  }

  #path(key: string): string {
    return join(this.id, checkKey(key))
  }

  #where(key: string): string {
    return `${key} in ${this.id}`
  }

  async #keep(key: string, path: string, { path: from, size, sha256 }: SpooledFile): Promise<void> {
    const made = await mkdir(dirname(path), { recursive: true })
    // A link never overwrites, which a rename would.
    const linked = await link(from, path).then(() => true, unlessExists)
    await syncFolders(dirname(path), made === undefined ? dirname(path) : dirname(made))
    if (!linked && !(await this.#holds(key, size, () => sha256))) throw occupied(key, this.#where(key))
  }

  /** @returns whether these bytes are there @throws `refused` when others are */
  async #holds(key: string, size: number, sha256: () => string): Promise<boolean> {
    const path = this.#path(key)
    const found = await sizeOf(path)
    if (found === undefined) return false
    if (found === size && (await sha256Of(path)) === sha256()) return true
    throw occupied(key, this.#where(key))
  }

  async #asking<T>(key: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act()
    } catch (cause) {
      throw diskFailure(cause, this.#where(key))
    }
  }
}

/** Makes new names outlast a power cut, from a folder up to the topmost one that changed. */
async function syncFolders(from: string, top: string): Promise<void> {
  for (let folder = from; ; folder = dirname(folder)) {
    const handle = await open(folder, 'r')
    await handle.sync().finally(() => handle.close())
    if (folder === top || folder === dirname(folder)) return
  }
}
