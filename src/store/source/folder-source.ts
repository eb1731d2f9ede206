import { open, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { RoundkeeperError } from '../../errors.ts'
import { checkKey } from '../key.ts'
import type { ObjectSource, ReadLimits } from './object-source.ts'
import { readBody, stopped } from './read-body.ts'

/** Objects as files, as FolderStore lays them out. */
export class FolderSource implements ObjectSource {
  readonly id: string

  private constructor(dir: string) {
    this.id = dir
  }

  /** @throws `not-found` */
  static async open(dir: string): Promise<FolderSource> {
    const path = resolve(dir)
    const found = await stat(path).catch(() => undefined)
    if (found?.isDirectory()) return new FolderSource(path)
    throw new RoundkeeperError('not-found', `there is no object store in ${path}`, {
      where: path,
      hint: 'Name the folder that holds the objects, e.g. `--store my-competition/store`.',
    })
  }

  async get(key: string, { maxBytes, signal }: ReadLimits): Promise<Uint8Array | undefined> {
    const path = join(this.id, checkKey(key))
    if (signal.aborted) throw stopped(signal)
    try {
      await using file = await open(path, 'r')
      const found = await file.stat()
      if (!found.isFile()) return undefined
      // A stream that is made with an aborted signal fails before anybody can listen, which ends the process.
      if (signal.aborted) throw stopped(signal)
      const body = file.createReadStream({ signal, autoClose: false, highWaterMark: 1 << 20 })
      return await readBody(body, { where: path, maxBytes, announced: found.size })
    } catch (error) {
      if (error instanceof RoundkeeperError) throw error
      if (signal.aborted) throw stopped(signal)
      const { code, message } = error as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined
      const kind = code === 'EACCES' || code === 'EPERM' ? 'unauthorised' : 'unavailable'
      throw new RoundkeeperError(kind, `the object cannot be read: ${message}`, {
        where: path,
        hint: 'See that the folder can be read by whoever runs this.',
        cause: error,
      })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
