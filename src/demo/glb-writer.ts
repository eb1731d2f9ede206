// A lathe as a binary glTF 2.0 mesh: one primitive, smooth normals within a strip, colours by vertex.
import { LINEAR_OF_SRGB } from '../media/srgb.ts'
import { circle } from './circle.ts'
import type { Lathe, Ring } from './lathe.ts'

const FLOAT = 5126
const UNSIGNED_SHORT = 5123
const UNSIGNED_INT = 5125
const VERTEX_BUFFER = 34962
const INDEX_BUFFER = 34963
const LARGEST_SHORT = 65535

/** @param segments corners of a ring; may differ from ring to ring only in radius */
export function writeGlb(lathe: Lathe, segments: number): Uint8Array {
  const corners = circle(segments)
  const rings = lathe.strips.flat()
  const count = rings.length * segments
  const positions = new Float32Array(count * 3)
  const normals = new Float32Array(count * 3)
  const colours = new Uint16Array(count * 4)
  rings.forEach((ring, i) => {
    const colour = [...ring.colour.map(linear), LARGEST_SHORT]
    corners.forEach(([cos, sin], k) => {
      const vertex = i * segments + k
      positions.set([ring.radius * cos, ring.height, ring.radius * sin], vertex * 3)
      normals.set([ring.outward * cos, ring.upward, ring.outward * sin], vertex * 3)
      colours.set(colour, vertex * 4)
    })
  })
  return assemble(positions, normals, colours, trianglesOf(lathe.strips, segments))
}

const linear = (byte: number) =>
  Math.round(LINEAR_OF_SRGB[Math.min(255, Math.max(0, Math.round(byte)))]! * LARGEST_SHORT)

/** Counter-clockwise from outside. */
function trianglesOf(strips: readonly (readonly Ring[])[], segments: number): number[] {
  const triangles: number[] = []
  let first = 0
  for (const strip of strips) {
    for (let i = 0; i + 1 < strip.length; i++) {
      const [low, high] = [first + i * segments, first + (i + 1) * segments]
      for (let k = 0; k < segments; k++) {
        const next = (k + 1) % segments
        if (strip[i + 1]!.radius > 0) triangles.push(low + k, high + k, high + next)
        if (strip[i]!.radius > 0) triangles.push(low + k, high + next, low + next)
      }
    }
    first += strip.length * segments
  }
  return triangles
}

function assemble(
  positions: Float32Array,
  normals: Float32Array,
  colours: Uint16Array,
  triangles: readonly number[],
): Uint8Array {
  const count = positions.length / 3
  const indices = count > LARGEST_SHORT ? Uint32Array.from(triangles) : Uint16Array.from(triangles)
  const parts = [positions, normals, colours, indices].map(littleEndian)
  let byteOffset = 0
  const bufferViews = parts.map((part, i) => {
    const view = { buffer: 0, byteOffset, byteLength: part.length, target: i === 3 ? INDEX_BUFFER : VERTEX_BUFFER }
    byteOffset += padded(part.length)
    return view
  })
  const json = {
    asset: { version: '2.0', generator: 'Roundkeeper demo' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [
      { primitives: [{ attributes: { POSITION: 0, NORMAL: 1, COLOR_0: 2 }, indices: 3, material: 0, mode: 4 }] },
    ],
    materials: [{ pbrMetallicRoughness: { metallicFactor: 0, roughnessFactor: 0.8 } }],
    accessors: [
      { bufferView: 0, componentType: FLOAT, count, type: 'VEC3', ...boundsOf(positions) },
      { bufferView: 1, componentType: FLOAT, count, type: 'VEC3' },
      { bufferView: 2, componentType: UNSIGNED_SHORT, normalized: true, count, type: 'VEC4' },
      {
        bufferView: 3,
        componentType: indices instanceof Uint16Array ? UNSIGNED_SHORT : UNSIGNED_INT,
        count: indices.length,
        type: 'SCALAR',
      },
    ],
    bufferViews,
    buffers: [{ byteLength: byteOffset }],
  }
  const head = Buffer.alloc(12)
  const chunks = [chunk('JSON', Buffer.from(JSON.stringify(json)), ' '), chunk('BIN\0', join(parts), '\0')]
  head.write('glTF')
  head.writeUInt32LE(2, 4)
  head.writeUInt32LE(12 + chunks.reduce((sum, part) => sum + part.length, 0), 8)
  return Buffer.concat([head, ...chunks])
}

const padded = (length: number) => Math.ceil(length / 4) * 4

function chunk(type: string, data: Buffer, filler: string): Buffer {
  const length = padded(data.length)
  const bytes = Buffer.alloc(8 + length, filler)
  bytes.writeUInt32LE(length)
  bytes.write(type, 4, 'latin1')
  data.copy(bytes, 8)
  return bytes
}

const join = (parts: readonly Buffer[]) =>
  Buffer.concat(parts.map((part) => Buffer.concat([part, Buffer.alloc(padded(part.length) - part.length)])))

/** The machines that we run on are little-endian, as the format wants it. */
const littleEndian = (array: Float32Array | Uint16Array | Uint32Array) =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength)

function boundsOf(positions: Float32Array): { min: number[]; max: number[] } {
  const axis = (k: number) => positions.filter((_, i) => i % 3 === k)
  const bound = (choose: (a: number, b: number) => number) => [0, 1, 2].map((k) => axis(k).reduce(choose))
  return { min: bound((a, b) => Math.min(a, b)), max: bound((a, b) => Math.max(a, b)) }
}
