import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { diskFailure } from '../disk.ts'
import type { SpooledFile } from '../spool.ts'

/** What is to become an object: its length and hash are known, and any piece of it can be had again. */
export interface Body {
  readonly size: number
  /** Lower-case hex. */
  readonly sha256: string
  slice(from: number, to: number): Promise<Uint8Array>
}

export const bytesBody = (bytes: Uint8Array): Body => ({
  size: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  slice: async (from, to) => bytes.subarray(from, to),
})

export const fileBody = ({ path, size, sha256 }: SpooledFile): Body => ({
  size,
  sha256,
  async slice(from, to) {
    try {
      await using file = await open(path, 'r')
      const bytes = new Uint8Array(to - from)
      for (let done = 0; done < bytes.length; ) {
        const { bytesRead } = await file.read(bytes, done, bytes.length - done, from + done)
        if (bytesRead === 0) throw new Error('the file has become shorter')
        done += bytesRead
      }
      return bytes
    } catch (cause) {
      throw diskFailure(cause, path)
    }
  },
})

/** As S3 writes it. */
export const base64Of = (sha256: string): string => Buffer.from(sha256, 'hex').toString('base64')
