import { readFile } from 'node:fs/promises'
import { RoundkeeperError } from '../../errors.ts'

/** `meta`, as all metadata begins. */
const MAGIC = '6d657461'
const MOST_BYTES = 64 * 1024 * 1024

/**
 * The metadata of a runtime from a file: its bytes, or what a node answered, with those as hex somewhere in it.
 * @throws `not-found`, `unavailable`, `refused`
 */
export async function readMetadata(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const missing = cause.code === 'ENOENT'
    throw new RoundkeeperError(missing ? 'not-found' : 'unavailable', `cannot read the metadata: ${cause.message}`, {
      where: path,
      hint: 'Name a file with what `state_getMetadata` of a node answered.',
      cause,
    })
  })
  if (bytes.length <= MOST_BYTES) {
    if (bytes.subarray(0, 4).toString('hex') === MAGIC) return bytes
    const [, hex] = new RegExp(`\\b0x(${MAGIC}[0-9a-f]+)\\b`, 'i').exec(bytes.toString('latin1')) ?? []
    if (hex !== undefined) return Buffer.from(hex, 'hex')
  }
  throw new RoundkeeperError('refused', 'the file holds no metadata of a Substrate runtime', {
    where: path,
    hint: 'Take what `state_getMetadata` of a node answers, as bytes or as it came.',
  })
}
