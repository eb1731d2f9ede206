/** Reads tree objects as git stores them: `mode name\0` and twenty bytes of an id, again and again. */
import { isUtf8 } from 'node:buffer'
import { FOLDER_MODE, type TreeRecord } from './tree-diff.ts'

const ID_BYTES = 20
const SPACE = 32
const SLASH = 47

/** @throws Error for what no git makes: a cut, a name twice or out of order, a name with a slash in it */
export function parseTree(bytes: Buffer): Map<string, TreeRecord> {
  const entries = new Map<string, TreeRecord>()
  let before: Buffer = Buffer.alloc(0)
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(SPACE, at)
    const zero = bytes.indexOf(0, space)
    const end = zero + 1 + ID_BYTES
    if (space < 0 || zero < 0 || end > bytes.length) throw new Error('it ends in the middle of an entry')
    const name = bytes.subarray(space + 1, zero)
    const text = textOfPath(name)
    if (text === '' || text.includes('/')) throw new Error(`an entry cannot be called ${JSON.stringify(text)}`)
    if (entries.has(text)) throw new Error(`two entries are called ${JSON.stringify(text)}`)
    const mode = canonicalMode(Number.parseInt(bytes.toString('latin1', at, space), 8))
    const sorted = mode === FOLDER_MODE ? Buffer.concat([name, Buffer.from('/')]) : name
    if (before.compare(sorted) >= 0) throw new Error(`${JSON.stringify(text)} is out of order`)
    entries.set(text, { mode, oid: bytes.toString('hex', zero + 1, end) })
    before = sorted
    at = end
  }
  return entries
}

/** Looks at a tree without keeping anything of it. @throws as `parseTree` */
export function checkTree(bytes: Buffer): void {
  if (!isGrowing(bytes)) parseTree(bytes)
}

/**
 * Names that grow from entry to entry are all different. Where they do not, nothing is said: a folder sorts as if its
 * name ended with a slash.
 */
function isGrowing(bytes: Buffer): boolean {
  let before = 0
  let beforeEnd = 0
  for (let at = 0; at < bytes.length; at += 1 + ID_BYTES) {
    while (bytes[at] !== SPACE) if (++at >= bytes.length) return false
    const start = ++at
    let isGreater = false
    for (let other = before; bytes[at] !== 0; at++) {
      const byte = bytes[at] ?? SLASH
      if (byte === SLASH) return false
      const difference: number = isGreater || other >= beforeEnd ? 1 : byte - (bytes[other++] ?? 0)
      if (difference < 0) return false
      isGreater ||= difference > 0
    }
    if (!isGreater || at + ID_BYTES >= bytes.length) return false
    before = start
    beforeEnd = at
  }
  return true
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
  return kind === 0o040000 ? FOLDER_MODE : '160000'
}
