/** Reading the files of wallets: whatever lies at the path, nothing hangs, nothing grows, and no secret that others can read is used. */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { RoundkeeperError } from '../errors.ts'
import { quotedPath } from './quoted-path.ts'

/** The largest key file that we know has 3 kB. */
export const MAX_KEY_FILE_BYTES = 65_536
const OTHERS = 0o077

/**
 * The caller wipes what it gets.
 * @throws RoundkeeperError `not-found`; `refused` when others may read it, or when it is no file of this size
 */
export const readPrivateFile = (path: string): Promise<Buffer> => withFile(path, closedToOthers)

/** @throws RoundkeeperError `not-found`; `refused` when it is no file of this size */
export const readPublicFile = (path: string): Promise<Buffer> => withFile(path, () => undefined)

async function withFile(path: string, demand: (mode: number, path: string) => void): Promise<Buffer> {
  // Without waiting for whoever writes into a pipe; Windows has neither the flag nor such pipes.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)
  const file = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
    throw cannotOpen(path, error.code)
  })
  try {
    const status = await file.stat()
    if (!status.isFile()) throw refused(path, 'this is not a file', 'Move it away: a key file is expected here.')
    demand(status.mode, path)
    return await readAll(file, path)
  } finally {
    await file.close()
  }
}

/** The file that was opened is asked, so that a link or a swap gains nothing. Windows has other means, which a mode does not show. */
function closedToOthers(mode: number, path: string): void {
  if (process.platform === 'win32' || (mode & OTHERS) === 0) return
  const shown = (mode & 0o777).toString(8).padStart(4, '0')
  const what = `this private key is open to others (its mode is ${shown})`
  throw refused(path, what, `Run: chmod 600 ${quotedPath(path)}. If others may have read it, move to a new key.`)
}

async function readAll(file: FileHandle, path: string): Promise<Buffer> {
  const buffer = Buffer.alloc(MAX_KEY_FILE_BYTES + 1)
  let length = 0
  for (;;) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, length)
    length += bytesRead
    if (length > MAX_KEY_FILE_BYTES) throw refused(path, 'this is far too long for a key file', 'Move it away.')
    if (bytesRead === 0) return buffer.subarray(0, length)
  }
}

const refused = (where: string, message: string, hint: string) =>
  new RoundkeeperError('refused', message, { where, hint })

function cannotOpen(where: string, code: string | undefined): RoundkeeperError {
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new RoundkeeperError('not-found', 'there is no such key file', {
      where,
      hint: 'See what there is with: roundkeeper wallet list. Make one with: roundkeeper wallet new.',
    })
  }
  const why = code === 'EACCES' || code === 'EPERM' ? 'you may not read it' : (code ?? 'of an unknown reason')
  return refused(where, `this key file cannot be opened: ${why}`, 'Make it yours (chown), or run as its owner.')
}
