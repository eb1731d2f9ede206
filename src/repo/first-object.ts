/** The first object of a pack, without an index: enough to see a single commit with one's own eyes. */
import { createHash } from 'node:crypto'
import { inflateSync } from 'node:zlib'

const TYPES = ['', 'commit', 'tree', 'blob', 'tag']
const HEADER_BYTES = 12

/**
 * @param pack its beginning is enough
 * @returns its type and id, and what is in it @throws Error when it is a delta, larger than the limit, or no pack
 */
export function firstObject(pack: Buffer, maxBytes: number): { type: string; oid: string; content: Buffer } {
  if (pack.toString('latin1', 0, 4) !== 'PACK') throw new Error('not a pack')
  let at = HEADER_BYTES
  let byte = pack.readUInt8(at++)
  const type = TYPES[(byte >> 4) & 7]
  if (!type) throw new Error('not a whole object')
  // The length stands in the object as well, which is all that is hashed.
  while (byte & 0x80) byte = pack.readUInt8(at++)
  const content = inflateSync(pack.subarray(at), { maxOutputLength: maxBytes })
  const oid = createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex')
  return { type, oid, content }
}
