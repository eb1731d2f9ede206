import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { density, FIGURE, placeOn } from '../../bench/render/figure.ts'
import { glbModel } from '../../bench/render/glb-model.ts'
import { plyModel } from '../../bench/render/ply-model.ts'
import { readGlb } from '../../src/media/glb.ts'
import { readPly } from '../../src/media/ply.ts'

interface Validator {
  validateBytes(bytes: Uint8Array): Promise<{ issues: { numErrors: number } }>
}
const validator: Validator = createRequire(import.meta.url)('gltf-validator')

describe('the models that renderers are compared by', () => {
  it('are sound meshes of about so many triangles', async () => {
    const bytes = await glbModel(1_200, 64)
    const reading = await readGlb(bytes)
    if (!reading.ok) throw new Error(reading.detail)
    expect(reading.value.triangles.length / 3).toBe(1_200)
    expect((await validator.validateBytes(bytes)).issues.numErrors).toBe(0)
    expect(await glbModel(1_200, 64)).toEqual(bytes)
  })

  it('are clouds of exactly so many splats, none of them left out', () => {
    const bytes = plyModel(500)
    const reading = readPly(bytes)
    if (!reading.ok) throw new Error(reading.detail)
    expect(reading.value).toMatchObject({ count: 500, dropped: 0 })
    expect(plyModel(500)).toEqual(bytes)
  })

  it('look outwards where triangles do', () => {
    for (const part of FIGURE) {
      for (const [u, v] of [
        [0.1, 0.3],
        [0.6, 0.7],
      ] as const) {
        const [here, right, below] = [placeOn(part, u, v), placeOn(part, u + 1e-4, v), placeOn(part, u, v + 1e-4)]
        const [a, b] = [right, below].map(({ at }) => at.map((value, k) => value - here.at[k]!)) as [number[], number[]]
        const face = [b[1]! * a[2]! - b[2]! * a[1]!, b[2]! * a[0]! - b[0]! * a[2]!, b[0]! * a[1]! - b[1]! * a[0]!]
        const along = face.reduce((sum, value, k) => sum + value * here.normal[k]!, 0)
        expect(along / Math.hypot(...face)).toBeCloseTo(1, 2)
        expect(density(part, u, v)).toBeCloseTo(Math.hypot(...face) / 1e-8, 4)
      }
    }
  })
})
