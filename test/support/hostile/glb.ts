// Hostile GLB files, each with the fault that it has to be refused for: documents that lie, and containers that do.
import { MAX_TRIANGLES } from '../../../src/media/limits.ts'
import { box, type GlbParts, glbParts, packGlb, writeGlb } from '../models.ts'
import type { HostileFile } from './hostile-file.ts'

const cube = box([-0.5, -0.5, -0.5], [0.5, 0.5, 0.5])
const writable = ({ binary }: GlbParts) => Buffer.from(binary.buffer, binary.byteOffset, binary.length)

type Spoilt = [name: string, code: HostileFile['code'], spoil: (parts: GlbParts) => void]

const spoilt: readonly Spoilt[] = [
  ['a buffer elsewhere', 'unsupported', ({ json }) => (json.buffers[0].uri = 'file:///etc/passwd')],
  ['an image elsewhere', 'unsupported', ({ json }) => (json.images = [{ uri: 'http://169.254.169.254/' }])],
  ['an image as data', 'unsupported', ({ json }) => (json.images = [{ uri: 'data:image/png;base64,' }])],
  ['sparse accessors', 'unsupported', ({ json }) => (json.accessors[0].sparse = { count: 1e9 })],
  ['accessors out of nothing', 'unsupported', ({ json }) => delete json.accessors[0].bufferView],
  ['compressed meshes', 'compressed', ({ json }) => (json.extensionsRequired = ['KHR_draco_mesh_compression'])],
  ['points', 'unsupported', ({ json }) => (json.meshes[0].primitives[0].mode = 0)],
  ['two buffers', 'limit', ({ json }) => json.buffers.push({ byteLength: 1 })],
  ['a count beyond the buffer', 'truncated', ({ json }) => (json.accessors[0].count = 25)],
  ['an absurd count', 'truncated', ({ json }) => (json.accessors[0].count = Number.MAX_SAFE_INTEGER)],
  ['a negative offset', 'format', ({ json }) => (json.accessors[0].byteOffset = -4)],
  ['half a count', 'format', ({ json }) => (json.accessors[0].count = 1.5)],
  ['a view beyond the buffer', 'truncated', ({ json }) => (json.bufferViews[0].byteLength = 1e9)],
  ['overlapping elements', 'format', ({ json }) => (json.bufferViews[0].byteStride = 4)],
  ['a buffer beyond the file', 'truncated', ({ json }) => (json.buffers[0].byteLength = 1e12)],
  ['an unknown type', 'format', ({ json }) => (json.accessors[0].type = 'MAT4')],
  ['positions in two dimensions', 'format', ({ json }) => (json.accessors[0].type = 'VEC2')],
  ['no positions', 'format', ({ json }) => delete json.meshes[0].primitives[0].attributes.POSITION],
  ['an unknown accessor', 'reference', ({ json }) => (json.meshes[0].primitives[0].indices = 99)],
  ['an unknown mesh', 'reference', ({ json }) => (json.nodes[0].mesh = 7)],
  ['an unknown material', 'reference', ({ json }) => (json.meshes[0].primitives[0].material = 7)],
  ['an unknown scene', 'reference', ({ json }) => (json.scene = 7)],
  ['an unknown node', 'reference', ({ json }) => (json.scenes[0].nodes = [7])],
  ['an unknown child', 'reference', ({ json }) => (json.nodes[0].children = [7])],
  ['floats for indices', 'format', ({ json }) => (json.meshes[0].primitives[0].indices = 0)],
  ['a triangle and a half', 'format', ({ json }) => (json.accessors[1].count = 35)],
  ['a node within itself', 'cycle', ({ json }) => (json.nodes[0].children = [0])],
  ['a ring of nodes', 'cycle', ({ json }) => json.nodes.push({ children: [2] }, { children: [1] })],
  ['a node twice in the scene', 'cycle', ({ json }) => (json.scenes[0].nodes = [0, 0])],
  [
    'a node with two parents',
    'cycle',
    ({ json }) => {
      json.nodes.push({ mesh: 0 }, { children: [1] })
      json.nodes[0].children = [1]
    },
  ],
  [
    'nodes nested without end',
    'limit',
    ({ json }) => {
      json.nodes = Array.from({ length: 1_000 }, (_, i) => (i < 999 ? { children: [i + 1] } : { mesh: 0 }))
    },
  ],
  ['too many nodes', 'limit', ({ json }) => (json.nodes = Array.from({ length: 10_001 }, () => ({})))],
  [
    'too many primitives',
    'limit',
    ({ json }) => {
      json.meshes[0].primitives = Array.from({ length: 101 }, () => json.meshes[0].primitives[0])
      json.nodes = [{ children: Array.from({ length: 100 }, (_, i) => i + 1) }]
      for (let i = 0; i < 100; i++) json.nodes.push({ mesh: 0 })
    },
  ],
  ['no scene', 'reference', ({ json }) => delete json.scenes],
  ['nothing in the scene', 'empty', ({ json }) => (json.scenes[0].nodes = [])],
  ['a matrix of five numbers', 'format', ({ json }) => (json.nodes[0].matrix = [1, 2, 3, 4, 5])],
  ['text for a number', 'format', ({ json }) => (json.nodes[0].scale = ['1', 1, 1])],
  ['a huge translation', 'out_of_bounds', ({ json }) => (json.nodes[0].translation = [1e308, 0, 0])],
  [
    'scales that overflow',
    'not_finite',
    ({ json }) => {
      json.nodes = [
        { scale: [1e308, 1, 1], children: [1] },
        { scale: [1e308, 1, 1], mesh: 0 },
      ]
    },
  ],
  ['NaN', 'not_finite', (parts) => writable(parts).writeFloatLE(Number.NaN, 0)],
  [
    'a vertex outside',
    'out_of_bounds',
    ({ binary }) => Buffer.from(binary.buffer, binary.byteOffset).writeFloatLE(0.61, 0),
  ],
  [
    'an index that points nowhere',
    'reference',
    (parts) => {
      const { byteOffset } = parts.json.bufferViews[1]
      Buffer.from(parts.binary.buffer, parts.binary.byteOffset).writeUInt32LE(24, byteOffset)
    },
  ],
  ['lists that are none', 'format', ({ json }) => (json.nodes = {})],
  ['entries that are none', 'format', ({ json }) => (json.nodes = [null])],
  [
    'sparse accessors of nothing',
    'unsupported',
    ({ json }) => {
      delete json.accessors[0].bufferView
      Object.assign(json.accessors[0], { count: 1_500_000_000, sparse: { count: 1e9 } })
    },
  ],
  ['meshopt with a fallback', 'compressed', ({ json }) => (json.extensionsUsed = ['EXT_meshopt_compression'])],
  ['an unknown extension required', 'extension', ({ json }) => (json.extensionsRequired = ['KHR_texture_basisu'])],
  ['an extension that is no name', 'extension', ({ json }) => (json.extensionsRequired = [{ toString: 1 }])],
  ['extensions without end', 'limit', ({ json }) => (json.extensionsUsed = new Array(101).fill('X'))],
  ['a skeleton', 'unsupported', ({ json }) => (json.nodes[0].skin = 0)],
  ['morph targets at work', 'unsupported', ({ json }) => (json.meshes[0].weights = [0.5])],
  ['a strip of triangles', 'unsupported', ({ json }) => (json.meshes[0].primitives[0].mode = 5)],
  [
    'infinite coordinates',
    'not_finite',
    (parts) => {
      parts.json.meshes[0].primitives[0].attributes.TEXCOORD_0 = parts.json.accessors.length
      parts.json.accessors.push({ ...parts.json.accessors[0], type: 'VEC2', byteOffset: 8 })
      parts.json.bufferViews[0].byteStride = 12
      parts.json.accessors[1 + 1].bufferView = parts.json.bufferViews.length
      parts.json.bufferViews.push({ buffer: 0, byteOffset: parts.binary.length, byteLength: 192 })
      parts.json.buffers[0].byteLength += 192
      parts.json.accessors[2].byteOffset = 0
      parts.binary = Buffer.concat([parts.binary, Buffer.alloc(192, 0xff)])
    },
  ],
  [
    'normals for other vertices',
    'format',
    ({ json }) => {
      json.meshes[0].primitives[0].attributes.NORMAL = 2
      json.accessors.push({ ...json.accessors[0], count: 23 })
    },
  ],
  [
    'one mesh on ten thousand nodes',
    'limit',
    ({ json }) => {
      json.meshes[0].primitives = Array.from({ length: 2 }, () => json.meshes[0].primitives[0])
      json.nodes = Array.from({ length: 9_000 }, () => ({ mesh: 0 }))
      json.scenes[0].nodes = json.nodes.map((_: object, i: number) => i)
    },
  ],
  ['too many materials', 'limit', ({ json }) => (json.materials = Array.from({ length: 1_025 }, () => ({})))],
  ['too many pictures', 'limit', ({ json }) => (json.images = Array.from({ length: 257 }, () => ({})))],
  ['too many accessors', 'limit', ({ json }) => (json.accessors = Array.from({ length: 20_001 }, () => ({})))],
  [
    '300,000 primitives',
    'limit',
    ({ json }) => {
      json.meshes[0].primitives = Array.from({ length: 300_000 }, () => json.meshes[0].primitives[0])
    },
  ],
  [
    'nodes nested 50,000 deep',
    'limit',
    ({ json }) => {
      json.nodes = Array.from({ length: 50_000 }, (_, i) => ({ children: [i + 1] }))
    },
  ],
  ['a negative buffer', 'format', ({ json }) => (json.buffers[0].byteLength = -1)],
  ['another buffer', 'reference', ({ json }) => (json.bufferViews[0].buffer = 1)],
  ['a fraction of a stride', 'format', ({ json }) => (json.bufferViews[0].byteStride = 12.5)],
  ['an alpha mode of its own', 'format', ({ json }) => (json.materials[0].alphaMode = 'GLASS')],
  ['text for a factor', 'format', ({ json }) => (json.materials[0].pbrMetallicRoughness.metallicFactor = '1')],
  ['four numbers for a colour of three', 'format', ({ json }) => (json.materials[0].emissiveFactor = [1, 1, 1, 1])],
  ['a list for extensions', 'format', ({ json }) => (json.materials[0].extensions = [])],
  ['a cut-off that is none', 'format', ({ json }) => (json.materials[0].alphaCutoff = null)],
  [
    'a prototype for a node',
    'format',
    ({ json }) => (json.nodes = [Object.create(null, { children: { value: 1, enumerable: true } })]),
  ],
]

const containers = (): [name: string, code: HostileFile['code'], bytes: Uint8Array][] => [
  ['nothing', 'truncated', new Uint8Array()],
  ['something else', 'format', Buffer.alloc(100)],
  ['half of it', 'truncated', writeGlb(cube).subarray(0, 400)],
  ['another version', 'unsupported', Buffer.from(writeGlb(cube)).fill(1, 4, 5)],
  ['no JSON', 'format', packGlb({ json: '{"asset":', binary: new Uint8Array() })],
  ['JSON that is no object', 'format', packGlb({ json: '[]', binary: new Uint8Array() })],
  ['deeply nested JSON', 'format', packGlb({ json: '['.repeat(1_000_000), binary: new Uint8Array() })],
  ['too much JSON', 'limit', packGlb({ json: `"${'x'.repeat(5_000_000)}"`, binary: new Uint8Array() })],
  ['more triangles than are drawn', 'limit', manyTriangles()],
  ['a length beyond the file', 'truncated', changed(writeGlb(cube), (bytes) => bytes.writeUInt32LE(2 ** 31, 8))],
  ['a chunk beyond the file', 'truncated', changed(writeGlb(cube), (bytes) => bytes.writeUInt32LE(2 ** 31, 12))],
  ['the chunks the other way round', 'format', changed(writeGlb(cube), (bytes) => bytes.write('BIN\0', 16))],
  [
    'a third kind of chunk',
    'format',
    changed(writeGlb(cube), (bytes) => bytes.write('XXXX', 20 + bytes.readUInt32LE(12) + 4)),
  ],
  ['JSON in no encoding', 'format', changed(writeGlb(cube), (bytes) => bytes.fill(0xff, 24, 26))],
  ['more bytes than are read', 'limit', Buffer.concat([writeGlb(cube), Buffer.alloc(200 * 2 ** 20)])],
]

function changed(bytes: Uint8Array, change: (bytes: Buffer) => void): Uint8Array {
  const copy = Buffer.from(bytes)
  change(copy)
  return copy
}

/** Refused before they are copied. */
function manyTriangles(): Uint8Array {
  const { json, binary } = glbParts(cube)
  const huge = Buffer.alloc((MAX_TRIANGLES + 1) * 3)
  json.bufferViews.push({ buffer: 0, byteOffset: binary.length, byteLength: huge.length })
  json.accessors[1] = { bufferView: 2, componentType: 5121, count: huge.length, type: 'SCALAR' }
  json.buffers[0].byteLength += huge.length
  return packGlb({ json, binary: Buffer.concat([binary, huge]) })
}

export const hostileGlbs = (): HostileFile[] => [
  ...spoilt.map(([name, code, spoil]) => {
    const parts = glbParts(cube)
    spoil(parts)
    return { name, kind: 'glb' as const, code, bytes: packGlb(parts) }
  }),
  ...containers().map(([name, code, bytes]) => ({ name, kind: 'glb' as const, code, bytes })),
]
