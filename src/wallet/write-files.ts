/** Writing key files: all of them complete on the disk before the first one appears, and none ever written over unasked. */
import { randomBytes } from 'node:crypto'
import { link, mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { RoundkeeperError } from '../errors.ts'

const FOLDER_MODE = 0o700
const FILE_MODE = 0o600

export interface NewFile {
  readonly path: string
  readonly content: Uint8Array
}

/**
 * @param overwrite which of the paths may be there already
 * @throws RoundkeeperError `usage` when a path is there, or cannot be written
 */
export async function writeFiles(files: readonly NewFile[], overwrite: (path: string) => boolean): Promise<void> {
  const drafts: string[] = []
  const appeared: string[] = []
  try {
    for (const { path, content } of files) {
      // A dot, so that nobody takes it for a key.
      const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.new`)
      await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE })
      drafts.push(draft)
      await writeNew(draft, content)
    }
    for (const [index, { path }] of files.entries()) {
      const draft = drafts[index] as string
      if (overwrite(path)) await rename(draft, path)
      else {
        await link(draft, path)
        appeared.push(path)
      }
    }
  } catch (error) {
    await Promise.all(appeared.map((path) => rm(path, { force: true })))
    throw cannotWrite(files.map(({ path }) => path).join(', '), error)
  } finally {
    await Promise.all(drafts.map((path) => rm(path, { force: true })))
  }
}

async function writeNew(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', FILE_MODE)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** @param found the file that is there */
export const alreadyThere = (found: string) =>
  new RoundkeeperError('usage', `${found} is there already`, {
    where: found,
    hint: 'Choose another name. --overwrite replaces it: without its mnemonic the old key is then lost for ever.',
  })

function cannotWrite(where: string, error: unknown): RoundkeeperError {
  const { code, dest } = error as NodeJS.ErrnoException & { dest?: string }
  if (code === 'EEXIST') return alreadyThere(dest ?? where)
  return new RoundkeeperError('usage', `the key files cannot be written: ${code ?? 'of an unknown reason'}`, {
    where,
    hint: 'Choose a folder on a local disk that you may write to: --wallet.path.',
  })
}
