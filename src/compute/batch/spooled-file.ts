/** Bytes of a stranger on their way in: in a file without a name, so that nothing is left of it whatever becomes of us. */
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RoundkeeperError } from '../../errors.ts'

export class SpooledFile implements AsyncDisposable {
  readonly #file: FileHandle
  #size = 0

  private constructor(file: FileHandle) {
    this.#file = file
  }

  /** @throws `unavailable` when the disk fails */
  static async create(): Promise<SpooledFile> {
    return onDisk(async () => {
      const dir = await mkdtemp(join(tmpdir(), 'roundkeeper-results-'))
      try {
        return new SpooledFile(await open(join(dir, 'results.zip'), 'wx+', 0o600))
      } finally {
        await rm(dir, { recursive: true, force: true })
      }
    })
  }

  get size(): number {
    return this.#size
  }

  /** @throws `unavailable` when the disk fails */
  async append(bytes: Uint8Array): Promise<void> {
    await onDisk(async () => {
      for (let done = 0; done < bytes.length; )
        done += (await this.#file.write(bytes, done, bytes.length - done, this.#size + done)).bytesWritten
    })
    this.#size += bytes.length
  }

  /** Fewer than asked for at the end. @throws `unavailable` when the disk fails */
  async read(from: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.#size - from)))
    return onDisk(async () => {
      for (let done = 0; done < bytes.length; ) {
        const { bytesRead } = await this.#file.read(bytes, done, bytes.length - done, from + done)
        if (bytesRead === 0) return bytes.subarray(0, done)
        done += bytesRead
      }
      return bytes
    })
  }

  /** For another try. @throws `unavailable` when the disk fails */
  async clear(): Promise<void> {
    await onDisk(() => this.#file.truncate(0))
    this.#size = 0
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#file.close()
  }
}

async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new RoundkeeperError('unavailable', `results cannot be kept: ${(cause as Error).message}`, {
      where: tmpdir(),
      hint: 'See that there is room; TMPDIR names another folder. Run again: nothing is held against the image.',
      cause,
    })
  }
}
