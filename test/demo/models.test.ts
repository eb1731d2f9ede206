import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { circle } from '../../src/demo/circle.ts'
import { writeGlb } from '../../src/demo/glb-writer.ts'
import { type Lathe, latheOf } from '../../src/demo/lathe.ts'
import { drawObjects } from '../../src/demo/objects.ts'
import { writePly } from '../../src/demo/ply-writer.ts'
import { halfWidths } from '../../src/demo/silhouette.ts'
import { decodeImage } from '../../src/media/decode-image.ts'
import { readGlb } from '../../src/media/glb.ts'
import { readPly } from '../../src/media/ply.ts'
import { sha256Hex } from '../../src/rules/digest.ts'
import fc from '../support/properties.ts'
import { coarseLathe, never, renderer } from './support.ts'

const objects = drawObjects('models')

describe('circle', () => {
  test('has the corners that trigonometry says, to the last digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), (n) => {
        circle(n).forEach(([cos, sin], k) => {
          expect(cos).toBeCloseTo(Math.cos((2 * Math.PI * k) / n), 10)
          expect(sin).toBeCloseTo(Math.sin((2 * Math.PI * k) / n), 10)
        })
      }),
      { numRuns: 30 },
    )
  })
})

describe('objects', () => {
  test('are as many as asked for, each with a name of its own that may stand in an address', () => {
    expect(objects).toHaveLength(60)
    expect(new Set(objects.map(({ stem }) => stem)).size).toBe(60)
    for (const { stem } of objects) expect(stem).toMatch(/^[a-z]+-[0-9a-f]{6}$/)
  })

  test('follow from the seed alone', () => {
    expect(drawObjects('models')).toEqual(objects)
    expect(drawObjects('others')).not.toEqual(objects)
  })

  test('of a smaller pool are the first of a larger one', () => {
    expect(drawObjects('models', 5)).toEqual(objects.slice(0, 5))
  })

  test('are painted to the end, and fill the unit cube without leaving it', () => {
    for (const { stem, parts } of objects) {
      for (const { bands } of parts) expect(bands.at(-1)!.upTo, stem).toBe(1)
      const rings = latheOf(parts, 6).strips.flat()
      const extent = Math.max(
        ...rings.map(({ radius }) => 2 * radius),
        Math.max(...rings.map(({ height }) => height)) - Math.min(...rings.map(({ height }) => height)),
      )
      expect(extent, stem).toBeGreaterThan(0.9)
      expect(extent, stem).toBeLessThan(1)
    }
  })
})

/** A plain cylinder of radius 0.3 between the heights -0.4 and 0.4. */
const cylinder: Lathe = {
  strips: [[-0.4, 0.4].map((height) => ({ height, radius: 0.3, outward: 1, upward: 0, colour: [200, 40, 80] }))],
}

describe('GLB', () => {
  test.each(objects.slice(0, 12))('$stem is read by our reader and stays in the cube', async ({ parts }) => {
    const bytes = writeGlb(latheOf(parts, 2), 16)
    expect(bytes.length).toBeLessThan(60_000)
    const mesh = await readGlb(bytes)
    if (!mesh.ok) throw new Error(mesh.detail)
    for (const value of mesh.value.positions) expect(Math.abs(value)).toBeLessThan(0.5)
  })

  test('turns its triangles and normals outwards', async () => {
    const mesh = await readGlb(writeGlb(cylinder, 24))
    if (!mesh.ok) throw new Error(mesh.detail)
    const { triangles, positions, normals } = mesh.value
    expect(triangles).toHaveLength(24 * 2 * 3)
    const at = (array: Float32Array, vertex: number) => [0, 1, 2].map((k) => array[vertex * 3 + k]!)
    for (let i = 0; i < triangles.length; i += 3) {
      const [a, b, c] = [0, 1, 2].map((k) => at(positions, triangles[i + k]!)) as [number[], number[], number[]]
      const [u, v] = [0, 1].map((j) => a.map((value, k) => [b, c][j]![k]! - value)) as [number[], number[]]
      const face = [u[1]! * v[2]! - u[2]! * v[1]!, 0, u[0]! * v[1]! - u[1]! * v[0]!]
      expect(face[0]! * a[0]! + face[2]! * a[2]!).toBeGreaterThan(0)
      const normal = at(normals, triangles[i]!)
      expect(normal[0]! * a[0]! + normal[2]! * a[2]!).toBeCloseTo(0.3, 5)
    }
  })
})

describe('PLY', () => {
  test.each(objects.slice(0, 12))('$stem is read by our reader, whole', ({ parts }) => {
    const bytes = writePly(latheOf(parts, 2), 2000)
    expect(bytes.length).toBeLessThan(150_000)
    const splats = readPly(bytes)
    if (!splats.ok) throw new Error(splats.detail)
    expect(splats.value.dropped).toBe(0)
    expect(splats.value.count).toBeGreaterThan(1500)
    for (const value of splats.value.positions) expect(Math.abs(value)).toBeLessThan(0.5)
  })

  test('lays its splats flat on the surface', () => {
    const splats = readPly(writePly(cylinder, 600))
    if (!splats.ok) throw new Error(splats.detail)
    const { count, positions, covariances } = splats.value
    for (let i = 0; i < count; i++) {
      const [x, z] = [positions[i * 3]!, positions[i * 3 + 2]!]
      expect(Math.sqrt(x * x + z * z)).toBeCloseTo(0.3, 5)
      const [nx, nz] = [x / 0.3, z / 0.3]
      const [xx, , xz, yy, , zz] = covariances.subarray(i * 6, i * 6 + 6) as unknown as number[]
      const across = nx * nx * xx! + 2 * nx * nz * xz! + nz * nz * zz!
      expect(Math.sqrt(across)).toBeCloseTo(0.002, 5)
      expect(Math.sqrt(yy!)).toBeGreaterThan(0.01)
    }
  })

  test('shows its colours as given', () => {
    const splats = readPly(writePly(cylinder, 100))
    if (!splats.ok) throw new Error(splats.detail)
    expect([...splats.value.colours.subarray(0, 3)].map((value) => Math.round(value * 255))).toEqual([200, 40, 80])
  })
})

describe('both', () => {
  test('have the same bytes on every run and machine', () => {
    expect(sha256Hex(writeGlb(coarseLathe(), 12))).toMatchInlineSnapshot(
      `"878998dbd884c59888be1e3f2e72b659bc8b37db825f424f5403770e23037521"`,
    )
    expect(sha256Hex(writePly(coarseLathe(), 300))).toMatchInlineSnapshot(
      `"ea05a3616dcf615b3e9336f09b5141fe581a3ba45776d3d1bfc9f6b1a9b0583d"`,
    )
  })

  test('are drawn upright: a mushroom is wide at the top', async () => {
    const mushroom = objects.find(({ stem }) => stem.startsWith('mushroom'))!
    const lathe = latheOf(mushroom.parts, 4)
    for (const [kind, bytes] of [['glb', writeGlb(lathe, 24)] as const, ['ply', writePly(lathe, 2000)] as const]) {
      const rendering = await renderer.render(kind, bytes, 64, never)
      if (!rendering.ok) throw new Error(rendering.detail)
      const view = await sharp(rendering.png).extract({ left: 0, top: 0, width: 64, height: 64 }).png().toBuffer()
      const widths = [...halfWidths(await decodeImage(view, 64 * 64))].filter((width) => width > 0)
      const third = Math.floor(widths.length / 3)
      expect(Math.max(...widths.slice(0, third)), kind).toBeGreaterThan(1.3 * Math.max(...widths.slice(-third)))
    }
  })
})
