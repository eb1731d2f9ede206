/** The first object of a pack, without an index: enough to see a single commit with one's own eyes. */
import { createHash } from 'node:crypto'
import { inflateSync } from 'node:zlib'

const TYPES = ['', 'commit', 'tree', 'blob', 'tag']
const HEADER_BYTES = 12

export interface PackedObject {
  readonly type: string
  readonly oid: string
  readonly content: Buffer
}

/**
 * @param pack its beginning is enough
 * @returns undefined for one that is larger than the limit @throws Error when it is a delta, or no pack
 */
export function firstObject(pack: Buffer, maxBytes: number): PackedObject | undefined {
  if (pack.toString('latin1', 0, 4) !== 'PACK') throw new Error('not a pack')
  let at = HEADER_BYTES
  let byte = pack.readUInt8(at++)
  const type = TYPES[(byte >> 4) & 7]
  if (!type) throw new Error('not a whole object')
  let length = byte & 15
  for (let unit = 16; byte & 0x80; unit *= 128) {
    byte = pack.readUInt8(at++)
    length += (byte & 0x7f) * unit
  }
  if (length > maxBytes) return undefined
  const content = inflateSync(pack.subarray(at), { maxOutputLength: maxBytes })
  const oid = createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex')
  return { type, oid, content }
}
