/**
 * The file system as isomorphic-git sees it: a file appears whole and on disk, or not at all. isomorphic-git itself
 * writes objects in place, so that a killed process would leave half of one under its final name.
 */
import { randomBytes } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { dirname, join } from 'node:path'

export class WholeFiles {
  /** Folders with new entries that may not be on disk yet. */
  readonly #unsettled = new Set<string>()

  /** What isomorphic-git calls. */
  readonly promises = {
    // Before anything else it asks for no file, twice, to see a promise come back: it has one, and not an error to make.
    readFile: async (path?: string, options: Parameters<typeof fs.readFile>[1] = null) =>
      path === undefined ? undefined : fs.readFile(path, options),
    readdir: fs.readdir,
    stat: fs.stat,
    lstat: fs.lstat,
    readlink: fs.readlink,
    symlink: fs.symlink,
    unlink: fs.unlink,
    rmdir: fs.rmdir,
    rm: fs.rm,
    mkdir: async (path: string) => {
      await fs.mkdir(path)
      this.#unsettled.add(dirname(path))
    },
    writeFile: async (path: string, data: Uint8Array | string) => {
      await replaceFile(path, data)
      this.#unsettled.add(dirname(path))
    },
  }

  /** Returns when everything written so far would survive a power cut. */
  async settle(): Promise<void> {
    const folders = [...this.#unsettled]
    this.#unsettled.clear()
    await Promise.all(folders.map(syncFolder))
  }
}

/** Writes a file under another name on the same file system, forces it to disk and renames it. */
export async function replaceFile(path: string, data: Uint8Array | string, temporary = besides(path)): Promise<void> {
  await writeSynced(temporary, data)
  await fs.rename(temporary, path).catch(async (error: unknown) => {
    await fs.rm(temporary, { force: true })
    throw error
  })
}

/**
 * Left behind by a crash, such a file is harmless: by its beginning, git takes it for an unfinished object, which fsck
 * passes over and gc removes in time; by its end, for no ref.
 */
const besides = (path: string) => join(dirname(path), `tmp_obj_${randomBytes(8).toString('hex')}.lock`)

/** @throws EEXIST when the file is there already */
export async function writeSynced(path: string, data: Uint8Array | string): Promise<void> {
  const file = await fs.open(path, 'wx', 0o644)
  try {
    await file.writeFile(data)
    await file.sync()
  } finally {
    await file.close()
  }
}

export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return // folders cannot be opened there
  const folder = await fs.open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
