import { isError } from '../../errors.ts'
import { bytesBody } from './body.ts'
import type { Bucket } from './bucket.ts'

/** No object of ours begins with a dot. */
const KEY = '.roundkeeper/write-once.txt'
const TEXT = 'Roundkeeper writes this object again and again, to see that the store refuses to overwrite.\n'

/**
 * Whether a service honours `If-None-Match: *`. Some do not know it and say so, others just overwrite: so the same object is
 * written until it is refused, at most twice.
 */
export async function doesWriteOnce(bucket: Bucket): Promise<boolean> {
  const write = async () => {
    try {
      return await bucket.write(KEY, bytesBody(new TextEncoder().encode(TEXT)), 'text/plain', true)
    } catch (error) {
      if (isError(error, 'refused')) return true
      throw error
    }
  }
  return !((await write()) && (await write()))
}
