/** Reads tree objects as git stores them: `mode name\0` and twenty bytes of an id, again and again. */
import { isUtf8 } from 'node:buffer'
import type { TreeRecord } from './tree-diff.ts'

const ID_BYTES = 20
const SPACE = 32

/** @throws Error for what no git makes: a cut, a name twice, a name with a slash in it */
export function parseTree(bytes: Buffer): Map<string, TreeRecord> {
  const entries = new Map<string, TreeRecord>()
  let count = 0
  for (let at = 0; at < bytes.length; count++) {
    const space = bytes.indexOf(SPACE, at)
    const zero = bytes.indexOf(0, space)
    const end = zero + 1 + ID_BYTES
    if (space < 0 || zero < 0 || end > bytes.length) throw new Error('it ends in the middle of an entry')
    const name = textOfPath(bytes.subarray(space + 1, zero))
    if (name === '' || name.includes('/')) throw new Error(`an entry cannot be called ${JSON.stringify(name)}`)
    const mode = canonicalMode(Number.parseInt(bytes.toString('latin1', at, space), 8))
    entries.set(name, { mode, oid: bytes.toString('hex', zero + 1, end) })
    if (entries.size <= count) throw new Error(`two entries are called ${JSON.stringify(name)}`)
    at = end
  }
  return entries
}

/**
 * A path as text, one to one: bytes that are no UTF-8 become U+DC80 to U+DCFF (as PEP 383 has it), so that a path is
 * well-formed text if, and only if, it is UTF-8.
 */
export function textOfPath(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find((size) => at + size <= bytes.length && isUtf8(bytes.subarray(at, at + size)))
    text +=
      length === undefined ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0)) : bytes.toString('utf8', at, at + length)
    at += length ?? 1
  }
  return text
}

/** Git reads a mode by its kind: a file is executable or not, whatever else old tools wrote (`100664`). */
function canonicalMode(mode: number): string {
  const kind = mode & 0o170000
  if (kind === 0o100000) return mode & 0o100 ? '100755' : '100644'
  if (kind === 0o120000) return '120000'
  return kind === 0o040000 ? '040000' : '160000'
}
