import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { isError, RoundkeeperError } from '../errors.ts'

/** What a disk said, as a failure of ours; errors that are ours already stay as they are. */
export function diskFailure(cause: unknown, where: string): RoundkeeperError {
  if (isError(cause)) return cause
  return new RoundkeeperError('unavailable', `the object folder refused: ${(cause as Error).message}`, {
    where,
    hint: 'See that the folder is there, writable, not full, and on a file system with hard links.',
    cause,
  })
}

/** Bytes; undefined when there is no such file. */
export async function sizeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(unlessMissing)
  return found?.isFile() ? found.size : undefined
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}

const code = (error: unknown) => (error as NodeJS.ErrnoException).code

export function unlessMissing(error: unknown): undefined {
  if (code(error) !== 'ENOENT' && code(error) !== 'ENOTDIR' && code(error) !== 'EISDIR') throw error
}

export function unlessExists(error: unknown): false {
  if (code(error) !== 'EEXIST') throw error
  return false
}
