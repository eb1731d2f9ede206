import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { diskFailure, unlessMissing } from './disk.ts'

/** No write takes as long: what is older was left behind by a process that died. */
const LEFTOVER_MS = 3_600_000

/** As `randomUUID` makes them: whatever else lies in the folder is not ours to remove. */
const NAME = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

/** Bytes in a file of their own, hashed on the way; the file is gone when they are disposed of. */
export interface SpooledFile extends AsyncDisposable {
  readonly path: string
  readonly sha256: string
  readonly size: number
}

/** A folder for bytes on their way in. Its files reach the disk before they are handed out. */
export class Spool {
  readonly #dir: string
  #swept = false

  constructor(dir: string) {
    this.#dir = dir
  }

  /**
   * @param where for errors: what the bytes are to become
   * @throws `unavailable` when the disk fails, and whatever the chunks throw
   */
  async receive(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, where: string): Promise<SpooledFile> {
    const path = join(this.#dir, randomUUID())
    const remove = async () => void (await unlink(path).catch(unlessMissing))
    const file = await onDisk(where, async () => {
      await mkdir(this.#dir, { recursive: true })
      return open(path, 'wx')
    })
    try {
      const hash = createHash('sha256')
      let size = 0
      for await (const chunk of chunks) {
        hash.update(chunk)
        size += chunk.length
        await onDisk(where, () => file.writeFile(chunk))
      }
      await onDisk(where, () => this.#finish(file))
      return { path, size, sha256: hash.digest('hex'), [Symbol.asyncDispose]: remove }
    } catch (error) {
      await remove()
      throw error
    } finally {
      await file.close()
    }
  }

  async #finish(file: FileHandle): Promise<void> {
    await file.sync()
    if (!this.#swept) await sweep(this.#dir, (await file.stat()).mtimeMs - LEFTOVER_MS)
    this.#swept = true
  }
}

/** Ages are by the file system's own clock: a file just written there is the reference. */
async function sweep(folder: string, olderThanMs: number): Promise<void> {
  for (const name of (await readdir(folder)).filter((each) => NAME.test(each))) {
    const path = join(folder, name)
    const found = await stat(path).catch(unlessMissing)
    if (found !== undefined && found.mtimeMs < olderThanMs) await unlink(path).catch(unlessMissing)
  }
}

const onDisk = <T>(where: string, act: () => Promise<T>): Promise<T> =>
  act().catch((cause: unknown) => {
    throw diskFailure(cause, where)
  })
