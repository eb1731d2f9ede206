/** What somebody handed in: a folder of files, none of which is believed to be what it is called. */
import { constants } from 'node:fs'
import { lstat, open, realpath } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { RoundkeeperError } from '../errors.ts'
import { checkKey } from '../store/key.ts'

const CHUNK_BYTES = 1 << 20

export class EvidenceFolder {
  /** For people. */
  readonly name: string
  readonly #root: string

  private constructor(name: string, root: string) {
    this.name = name
    this.#root = root
  }

  /** @throws `not-found` */
  static async open(dir: string): Promise<EvidenceFolder> {
    const root = await realpath(resolve(dir)).catch(() => undefined)
    if (root !== undefined && (await lstat(root)).isDirectory()) return new EvidenceFolder(basename(root), root)
    throw new RoundkeeperError('not-found', 'there is no folder of evidence', {
      where: dir,
      hint: 'Name a folder that `roundkeeper work --out` wrote.',
    })
  }

  /**
   * @returns undefined when it is not there
   * @throws `refused` for what is no plain file of this folder, or larger
   */
  async read(key: string, maxBytes: number): Promise<Uint8Array | undefined> {
    const pieces: Uint8Array[] = []
    const stream = await this.stream(key, maxBytes)
    if (stream === undefined) return undefined
    for await (const piece of stream) pieces.push(piece)
    return Buffer.concat(pieces)
  }

  /** As `read`, piece by piece. */
  async stream(key: string, maxBytes: number): Promise<AsyncGenerator<Uint8Array, void, void> | undefined> {
    const path = join(this.#root, checkKey(key))
    const found = await lstat(path).catch(() => undefined)
    if (found === undefined) return undefined
    // Links lead anywhere, and pipes hold whoever opens them.
    if (!found.isFile() || (await realpath(path).catch(unreadable)) !== path)
      throw refused('it is no plain file', this.name, key)
    if (found.size > maxBytes) throw refused(`it has more than ${maxBytes} bytes`, this.name, key)
    return pieces(path, maxBytes)
  }
}

async function* pieces(path: string, maxBytes: number): AsyncGenerator<Uint8Array, void, void> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    unreadable,
  )
  if (!(await file.stat()).isFile()) throw unreadable()
  for (let at = 0; at <= maxBytes; ) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, maxBytes + 1 - at))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at)
    if (bytesRead === 0) return
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
  throw new RoundkeeperError('refused', 'it grew while it was read', { where: path })
}

/** What was looked at before may have become something else, or be closed to us. */
const unreadable = (cause?: unknown): never => {
  throw new RoundkeeperError('refused', 'it cannot be read as a plain file', { cause })
}

const refused = (why: string, name: string, key: string) =>
  new RoundkeeperError('refused', why, { where: `${key} in ${name}` })
