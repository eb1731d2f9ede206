import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { RoundkeeperError } from '../errors.ts'
import { checkKey } from './key.ts'
import type { ObjectStore } from './object-store.ts'

/** Half-written objects; no key begins with a dot, so nobody can ask for one. */
const INCOMING = '.incoming'
/** No write takes as long: what is older was left behind by a process that died. */
const LEFTOVER_MS = 3_600_000

/**
 * Objects as files of a folder. An object appears whole or not at all, and the first writer wins, also among several
 * processes and when one of them is killed.
 */
export class FolderStore implements ObjectStore {
  readonly id: string
  readonly #baseUrl: string
  #swept = false

  /** @param baseUrl where the folder is served, if it is; otherwise addresses only name the key, `store:/sha256/…` */
  constructor(options: { dir: string; baseUrl?: string }) {
    this.id = resolve(options.dir)
    this.#baseUrl = (options.baseUrl ?? 'store:').replace(/\/+$/, '')
  }

  async put(key: string, bytes: Uint8Array, _contentType: string): Promise<void> {
    const path = this.#path(key)
    await this.#asking(key, async () => {
      if (await isFile(path)) return
      const temporary = await this.#write(bytes)
      try {
        const made = await mkdir(dirname(path), { recursive: true })
        // A link never overwrites, which a rename would.
        await link(temporary, path).catch(unlessExists)
        await syncFolders(dirname(path), made === undefined ? dirname(path) : dirname(made))
      } finally {
        await unlink(temporary).catch(unlessMissing)
      }
    })
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const path = this.#path(key)
    return this.#asking(key, () => readFile(path).catch(unlessMissing))
  }

  async has(key: string): Promise<boolean> {
    const path = this.#path(key)
    return this.#asking(key, () => isFile(path))
  }

  url(key: string): string {
    return `${this.#baseUrl}/${checkKey(key)}`
  }

  #path(key: string): string {
    return join(this.id, checkKey(key))
  }

  async #write(bytes: Uint8Array): Promise<string> {
    const folder = join(this.id, INCOMING)
    await mkdir(folder, { recursive: true })
    const path = join(folder, randomUUID())
    const file = await open(path, 'wx')
    try {
      await file.writeFile(bytes)
      await file.sync()
      if (!this.#swept) await sweep(folder, (await file.stat()).mtimeMs - LEFTOVER_MS)
      this.#swept = true
    } catch (error) {
      await unlink(path)
      throw error
    } finally {
      await file.close()
    }
    return path
  }

  async #asking<T>(key: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act()
    } catch (cause) {
      throw new RoundkeeperError('unavailable', `the object folder refused: ${(cause as Error).message}`, {
        where: `${key} in ${this.id}`,
        hint: 'See that the folder is there, writable, not full, and on a file system with hard links.',
        cause,
      })
    }
  }
}

/** Ages are by the file system's own clock: a file just written there is the reference. */
async function sweep(folder: string, olderThanMs: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const found = await stat(path).catch(unlessMissing)
    if (found !== undefined && found.mtimeMs < olderThanMs) await unlink(path).catch(unlessMissing)
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

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(unlessMissing))?.isFile() ?? false
}

const code = (error: unknown) => (error as NodeJS.ErrnoException).code

function unlessMissing(error: unknown): undefined {
  if (code(error) !== 'ENOENT' && code(error) !== 'ENOTDIR' && code(error) !== 'EISDIR') throw error
}

function unlessExists(error: unknown): void {
  if (code(error) !== 'EEXIST') throw error
}
