// A file appears under its name when it is whole, or not at all.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { RoundkeeperError } from '../errors.ts'

/** @throws `usage` where nothing can be written */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const partial = join(dirname(path), `.${basename(path)}.partial`)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(partial, bytes, { flush: true })
    await rename(partial, path)
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined)
    throw new RoundkeeperError('usage', `${path} cannot be written`, {
      where: path,
      hint: 'Name a folder that you may write to, on a disk with room.',
      cause,
    })
  }
}
