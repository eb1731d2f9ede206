import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { readGlb } from '../../src/media/glb.ts'
import { MAX_TRIANGLES } from '../../src/media/limits.ts'
import type { Mesh } from '../../src/media/mesh.ts'
import { box, type GlbParts, glbParts, packGlb, sphere, type TestMesh, writeGlb } from '../support/models.ts'

const cube = box([-0.5, -0.5, -0.5], [0.5, 0.5, 0.5])
const refused = (code: string) => expect.objectContaining({ ok: false, fault: 'file', code })
const near = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 5))

async function meshOf(bytes: Uint8Array): Promise<Mesh> {
  const reading = await readGlb(bytes)
  if (!reading.ok) throw new Error(`${reading.code}: ${reading.detail}`)
  return reading.value
}

const png = (width: number, height: number, colour = '#ff8000') =>
  sharp({ create: { width, height, channels: 3, background: colour } })

describe('a GLB file', () => {
  it('gives triangles with their attributes', async () => {
    const mesh = await meshOf(writeGlb({ ...sphere(0.4, 8), colours: sphere(0.4, 8).positions.map(() => 0.5) }))
    expect(mesh.materialOf).toHaveLength(8 * 8 * 2)
    expect([...mesh.positions.subarray(0, 3)]).toEqual(near([0, 0.4, 0]))
    expect([...mesh.normals.subarray(0, 3)]).toEqual(near([0, 1, 0]))
    expect(mesh.colours?.[0]).toBe(0.5)
  })

  it('places meshes where their nodes are', async () => {
    const { json, binary } = glbParts({ positions: [0, 0, 0.1, 0.2, 0, 0, 0, 0.1, 0], indices: [0, 1, 2] })
    // Turned a quarter about y, doubled, then moved by the parent.
    const turned = { rotation: [0, Math.SQRT1_2, 0, Math.SQRT1_2], scale: [2, 2, 2], mesh: 0 }
    json.nodes = [{ translation: [0.1, 0, 0], children: [1] }, turned]
    expect([...(await meshOf(packGlb({ json, binary }))).positions]).toEqual(
      near([0.3, 0, 0, 0.1, 0, -0.4, 0.1, 0.2, 0]),
    )
    json.nodes = [{ matrix: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0.1, 0, 0, 1], mesh: 0 }]
    expect([...(await meshOf(packGlb({ json, binary }))).positions.subarray(0, 3)]).toEqual(near([0.1, 0, 0.2]))
  })

  it('turns mirrored triangles round again, and carries normals through uneven scales', async () => {
    const slope: TestMesh = {
      positions: [0, 0, 0, 0.1, 0.1, 0, 0, 0, -0.1],
      normals: [-1, 1, 0, -1, 1, 0, -1, 1, 0],
      indices: [0, 1, 2],
    }
    const mesh = await meshOf(writeGlb(slope, { node: { scale: [-2, 1, 1] } }))
    expect([...mesh.triangles]).toEqual([0, 2, 1])
    const [x, y] = [1 / Math.sqrt(5), 2 / Math.sqrt(5)]
    expect([...mesh.normals.subarray(0, 3)]).toEqual(near([x, y, 0]))
  })

  it.each(['png', 'jpeg', 'webp'] as const)('may have a texture as %s', async (format) => {
    const image = await png(8, 4).toFormat(format, { quality: 100 }).toBuffer()
    const [material] = (await meshOf(writeGlb(sphere(0.4, 8), { image }))).materials
    const full = material!.maps.colour!.texture.level(0)
    expect([full.width, full.height, full.rgba[0]! >> 4]).toEqual([8, 4, 15])
  })

  it('may reach exactly to the edge', async () => {
    expect((await meshOf(writeGlb(box([-0.6, -0.6, -0.6], [0.6, 0.6, 0.6])))).materialOf).toHaveLength(12)
  })

  it('may store indices in bytes and positions as normalised integers', async () => {
    const { json, binary } = glbParts(cube)
    json.extensionsRequired = ['KHR_mesh_quantization']
    const positions = Buffer.from(Int8Array.from([127, 0, 0, 0, 127, 0, 0, 0, -128]).buffer)
    json.accessors[0] = { bufferView: 0, componentType: 5120, normalized: true, count: 3, type: 'VEC3' }
    json.accessors[1] = { bufferView: 1, componentType: 5121, count: 3, type: 'SCALAR' }
    json.bufferViews = [
      { buffer: 0, byteOffset: 0, byteLength: 9 },
      { buffer: 0, byteOffset: 9, byteLength: 3 },
    ]
    json.nodes[0].scale = [0.5, 0.5, 0.5]
    const bytes = Buffer.concat([positions, Uint8Array.from([0, 1, 2]), binary])
    expect([...(await meshOf(packGlb({ json, binary: bytes }))).positions]).toEqual(
      near([0.5, 0, 0, 0, 0.5, 0, 0, 0, -0.5]),
    )
  })

  it.each<[string, string, (parts: GlbParts) => void]>([
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
    ['NaN', 'not_finite', ({ binary }) => Buffer.from(binary.buffer, binary.byteOffset).writeFloatLE(Number.NaN, 0)],
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
  ])('with %s is refused: %s', async (_, code, spoil) => {
    const parts = glbParts(cube)
    spoil(parts)
    expect(await readGlb(packGlb(parts))).toEqual(refused(code))
  })

  it('that shows too many triangles is refused before they are copied', async () => {
    const { json, binary } = glbParts(cube)
    const huge = Buffer.alloc((MAX_TRIANGLES + 1) * 3)
    json.bufferViews.push({ buffer: 0, byteOffset: binary.length, byteLength: huge.length })
    json.accessors[1] = { bufferView: 2, componentType: 5121, count: huge.length, type: 'SCALAR' }
    json.buffers[0].byteLength += huge.length
    expect(await readGlb(packGlb({ json, binary: Buffer.concat([binary, huge]) }))).toEqual(refused('limit'))
  })

  it.each<[string, string, Uint8Array]>([
    ['nothing', 'truncated', new Uint8Array()],
    ['something else', 'format', Buffer.alloc(100)],
    ['half of it', 'truncated', writeGlb(cube).subarray(0, 400)],
    ['another version', 'unsupported', Buffer.from(writeGlb(cube)).fill(1, 4, 5)],
    ['no JSON', 'format', packGlb({ json: '{"asset":', binary: new Uint8Array() })],
    ['JSON that is no object', 'format', packGlb({ json: '[]', binary: new Uint8Array() })],
    ['deeply nested JSON', 'format', packGlb({ json: '['.repeat(1_000_000), binary: new Uint8Array() })],
    ['too much JSON', 'limit', packGlb({ json: `"${'x'.repeat(5_000_000)}"`, binary: new Uint8Array() })],
  ])('with %s is refused: %s', async (_, code, bytes) => {
    expect(await readGlb(bytes)).toEqual(refused(code))
  })

  it('with a picture that is none, too large, or drawn in another format is refused', async () => {
    const ball = sphere(0.4, 8)
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>')
    const whole = await png(64, 64).png().toBuffer()
    const noise = await sharp(Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * i) % 251)), {
      raw: { width: 64, height: 64, channels: 3 },
    })
      .png()
      .toBuffer()
    for (const image of [svg, Buffer.from('GIF89a'), whole.subarray(0, 40), noise.subarray(0, noise.length / 2)]) {
      expect(await readGlb(writeGlb(ball, { image }))).toEqual(refused('texture'))
    }
    const huge = await png(8_192, 8_193).png().toBuffer()
    expect(await readGlb(writeGlb(ball, { image: huge }))).toEqual(refused('texture'))
  })

  it('never throws, whatever its bytes are', async () => {
    const base = writeGlb(sphere(0.4, 6), { image: await png(4, 4).png().toBuffer() })
    const change = fc.record({ at: fc.nat(base.length - 1), byte: fc.nat(255) })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 10 }), async (changes) => {
        const bytes = Uint8Array.from(base)
        for (const { at, byte } of changes) bytes[at] = byte
        const reading = await readGlb(bytes)
        return reading.ok ? reading.value.positions.every(Number.isFinite) : reading.fault === 'file'
      }),
      { numRuns: 500 },
    )
  })

  it('never throws, whatever its document says', async () => {
    const paths = [...jsonPaths(glbParts(sphere(0.4, 6)).json)]
    const value = fc.oneof(fc.jsonValue(), fc.integer(), fc.double(), fc.constantFrom(2 ** 31, 2 ** 53, -1))
    const changes = fc.array(fc.tuple(fc.nat(paths.length - 1), value), { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(changes, async (list) => {
        const parts = glbParts(sphere(0.4, 6))
        for (const [index, replacement] of list) {
          const path = paths[index]!
          const owner = path.slice(0, -1).reduce((at, key) => at?.[key], parts.json)
          if (typeof owner === 'object' && owner !== null) owner[path.at(-1)!] = replacement
        }
        const reading = await readGlb(packGlb(parts))
        return reading.ok || reading.fault === 'file'
      }),
      { numRuns: 500 },
    )
  })
})

function* jsonPaths(value: object, path: string[] = []): Generator<string[]> {
  for (const [key, inner] of Object.entries(value)) {
    yield [...path, key]
    if (typeof inner === 'object' && inner !== null) yield* jsonPaths(inner, [...path, key])
  }
}
