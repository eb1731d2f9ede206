/** Private keys in files, as ssh keeps them: for the owner's eyes only, the public half beside it with `.pub`. */
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { RoundkeeperError } from '../errors.ts'
import { hide } from '../mask.ts'
import { PrivateKey } from './private-key.ts'
import { formatPublicKey } from './public-key.ts'

const MAX_FILE_BYTES = 65_536
const OTHERS = 0o077

/** @throws RoundkeeperError `usage`: not there, open to others, or no key; the secret is in no error */
export async function readKeyFile(path: string): Promise<PrivateKey> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new RoundkeeperError('usage', 'the signing key cannot be read', {
      where: path,
      hint: 'Make one with `roundkeeper keygen`, or correct the path.',
      cause,
    })
  })
  try {
    const { mode, size } = await file.stat()
    // Windows has other means, which a mode does not show.
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
      const shown = (mode & 0o777).toString(8).padStart(4, '0')
      throw new RoundkeeperError('usage', `the signing key is open to others (its mode is ${shown})`, {
        where: path,
        hint: `Say: chmod 600 ${path}. If others may have read it, make a new key and take the old one off the list.`,
      })
    }
    if (size > MAX_FILE_BYTES) throw new RoundkeeperError('usage', 'this is not a signing key: it is far too long')
    const text = await file.readFile('utf8')
    hide(text)
    return PrivateKey.parse(text, path)
  } finally {
    await file.close()
  }
}

/**
 * Writes the key and, beside it, `.pub`. Nothing is ever written over.
 * @param comment for people, at the end of the public line: whose key it is
 * @throws RoundkeeperError `usage` when either file is there already, or cannot be made
 */
export async function writeKeyFiles(path: string, key: PrivateKey, comment: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await fill(await create(path, 0o600), key.toOpenSsh(comment))
  try {
    await fill(await create(`${path}.pub`, 0o644), `${formatPublicKey(key.publicKey, comment)}\n`)
  } catch (error) {
    await rm(path)
    throw error
  }
}

async function fill(file: FileHandle, text: string): Promise<void> {
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function create(path: string, mode: number): Promise<FileHandle> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL
  return open(path, flags, mode).catch((cause: unknown) => {
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
    throw new RoundkeeperError('usage', exists ? `${path} is there already` : `${path} cannot be written`, {
      where: path,
      hint: exists
        ? 'No key is ever written over: name another file, or move that one away.'
        : 'Name a file in a folder that you may write to.',
      ...(exists ? {} : { cause }),
    })
  })
}
