/** Where the weights come from: a file of the operator's, or a URL whose bytes are kept. Both are only ever taken by digest. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RoundkeeperError } from '../../errors.ts'
import type { NetworkFile } from './distance.ts'
import { fetchWhole } from './fetch-whole.ts'

/** @param path of an ONNX file @param sha256 what it has to hash to */
export function networkAtPath(path: string, sha256: string): NetworkFile {
  return {
    sha256,
    where: path,
    async read() {
      const bytes = await readFile(path).catch(cannotRead(path))
      const found = createHash('sha256').update(bytes).digest('hex')
      if (found === sha256) return bytes
      throw new RoundkeeperError('refused', `the network is another one than was named: sha256 ${found}`, {
        where: path,
        hint: `Put the file there whose sha256 is ${sha256}. Distances of another network are other distances.`,
      })
    },
  }
}

/** Fetched when it is first needed, and kept as `SHA256.onnx`; what was kept is hashed again each time. */
export function networkAtUrl(url: string, sha256: string, cacheDir: string): NetworkFile {
  return {
    sha256,
    where: url,
    async read() {
      const path = join(cacheDir, `${sha256}.onnx`)
      const bytes = await readFile(path).catch(unlessMissing)
      if (bytes !== undefined && createHash('sha256').update(bytes).digest('hex') === sha256) return bytes
      await fetchWhole(url, path, sha256)
      return readFile(path)
    },
  }
}

/** @throws `not-found`, `unavailable` */
export async function sha256OfNetwork(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array)
  } catch (cause) {
    cannotRead(path)(cause)
  }
  return hash.digest('hex')
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code

function unlessMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error
}

const cannotRead =
  (path: string) =>
  (cause: unknown): never => {
    const missing = codeOf(cause) === 'ENOENT'
    throw new RoundkeeperError(
      missing ? 'not-found' : 'unavailable',
      `the network cannot be read: ${(cause as Error).message}`,
      {
        where: path,
        hint: 'Name the ONNX file of the network; docs/image-distance.md says where to get one.',
        cause,
      },
    )
  }
