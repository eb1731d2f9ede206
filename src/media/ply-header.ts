// The text part of a binary PLY file: where its vertices lie and where in a vertex each property lies.
import { FileFault } from './file-fault.ts'
import { MAX_PLY_HEADER_BYTES } from './limits.ts'

export interface PlyHeader {
  readonly vertices: number
  /** Bytes from one vertex to the next. */
  readonly stride: number
  /** Where the first vertex begins, in bytes. */
  readonly start: number
  readonly properties: ReadonlyMap<string, { readonly offset: number; readonly type: string }>
}

const SIZES: ReadonlyMap<string, number> = new Map([
  ...['char', 'int8', 'uchar', 'uint8'].map((type) => [type, 1] as const),
  ...['short', 'int16', 'ushort', 'uint16'].map((type) => [type, 2] as const),
  ...['int', 'int32', 'uint', 'uint32', 'float', 'float32'].map((type) => [type, 4] as const),
  ...['double', 'float64'].map((type) => [type, 8] as const),
])

/** @throws FileFault */
export function readPlyHeader(bytes: Uint8Array): PlyHeader {
  const text = Buffer.from(bytes.subarray(0, MAX_PLY_HEADER_BYTES)).toString('latin1')
  if (!/^ply\r?\n/.test(text)) throw new FileFault('format', 'it does not begin like a PLY file')
  const end = /\nend_header\r?\n/.exec(text)
  if (end === null) {
    if (bytes.length > MAX_PLY_HEADER_BYTES) throw new FileFault('limit', 'the PLY header does not end within 64 KB')
    throw new FileFault('truncated', 'the PLY header does not end')
  }
  const [, format, ...lines] = text.slice(0, end.index).split(/\r?\n/)
  if (format !== 'format binary_little_endian 1.0') {
    throw new FileFault('unsupported', 'the PLY file is not binary_little_endian 1.0')
  }
  return { ...vertexElement(lines), start: end.index + end[0].length }
}

function vertexElement(lines: readonly string[]): Omit<PlyHeader, 'start'> {
  const properties = new Map<string, { offset: number; type: string }>()
  let vertices = -1
  let stride = 0
  for (const line of lines) {
    const [word, first = '', second = ''] = line.trim().split(/\s+/)
    if (word === 'element') {
      if (vertices >= 0) break
      if (first !== 'vertex') throw new FileFault('unsupported', 'the first element of the PLY file is not vertex')
      if (!/^\d{1,15}$/.test(second)) throw new FileFault('format', 'the PLY file has no whole number of vertices')
      vertices = Number(second)
    } else if (word === 'property') {
      const size = SIZES.get(first)
      if (vertices < 0) throw new FileFault('format', 'a PLY property before any element')
      if (size === undefined) throw new FileFault('unsupported', `a vertex property of type ${quote(first)}`)
      if (properties.has(second)) throw new FileFault('format', `two vertex properties are called ${quote(second)}`)
      properties.set(second, { offset: stride, type: first })
      stride += size
    } else if (word !== 'comment' && word !== 'obj_info' && word !== '') {
      throw new FileFault('format', `a PLY header line begins with ${quote(word ?? '')}`)
    }
  }
  if (vertices < 0) throw new FileFault('format', 'the PLY file has no vertex element')
  return { vertices, stride, properties }
}

const quote = (word: string) => JSON.stringify(word.slice(0, 40))
