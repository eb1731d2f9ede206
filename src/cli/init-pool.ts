/** The file with the pool of prompts. */
import { readFile, stat } from 'node:fs/promises'
import { RoundkeeperError } from '../errors.ts'
import { files } from '../state/index.ts'

/** A hundred thousand URLs; rounds draw some hundred. */
const MAX_POOL_BYTES = 16 * 2 ** 20

/** @throws RoundkeeperError `usage` for what is not there, no text or far too long */
export async function readPool(path: string): Promise<string[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unfit(`${path} cannot be read`, path, 'Name a file that is there.', cause)
  })
  if (!found.isFile()) throw unfit(`${path} is no file`, path, 'Name a file with one URL of a prompt image a line.')
  if (found.size > MAX_POOL_BYTES)
    throw unfit(
      `${path} has ${found.size} bytes, and a pool ${MAX_POOL_BYTES} at most`,
      path,
      'Rounds draw some hundred prompts: leave out the rest.',
    )
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw unfit(`${path} cannot be read`, path, 'Name a file that you may read.', cause)
  })
  try {
    return files.pool.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes), path)
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw unfit(`${path} is no text in UTF-8`, path, 'Name a file with one URL of a prompt image a line.', cause)
  }
}

const unfit = (message: string, where: string, hint: string, cause?: unknown) =>
  new RoundkeeperError('usage', message, { where, hint, cause })
