import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { readGlb } from '../../src/media/glb.ts'
import type { Mesh } from '../../src/media/mesh.ts'
import { box, glbParts, packGlb, sphere, type TestMesh, writeGlb } from '../support/models.ts'
import fc from '../support/properties.ts'

const cube = box([-0.5, -0.5, -0.5], [0.5, 0.5, 0.5])
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
