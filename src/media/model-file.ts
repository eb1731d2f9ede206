// A model from the disk; what is too large is never read.
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { RoundkeeperError } from '../errors.ts'
import { MAX_MODEL_BYTES } from './limits.ts'

export interface ModelFile {
  readonly size: number
  /** Absent when there are more than `MAX_MODEL_BYTES`. */
  readonly bytes: Uint8Array | undefined
}

/** To open a pipe otherwise waits for whoever writes to it. Windows has neither. */
const AT_ONCE = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** @throws `not-found` for what is no file that can be read */
export async function readModelFile(path: string): Promise<ModelFile> {
  try {
    await using file = await open(path, AT_ONCE)
    const found = await file.stat()
    if (!found.isFile()) throw new Error('it is not a file')
    if (found.size > MAX_MODEL_BYTES) return { size: found.size, bytes: undefined }
    const bytes = await file.readFile()
    return { size: bytes.length, bytes }
  } catch (cause) {
    throw new RoundkeeperError('not-found', `${path} cannot be read`, {
      where: path,
      hint: 'Look at its name and its permissions.',
      cause,
    })
  }
}
