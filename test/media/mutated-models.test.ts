import { describe, expect, it } from 'vitest'
import { cameras } from '../../src/media/camera.ts'
import { FileFault } from '../../src/media/file-fault.ts'
import { readGlb } from '../../src/media/glb.ts'
import { drawMesh } from '../../src/media/mesh-picture.ts'
import { normaliseSplats } from '../../src/media/normalise-splats.ts'
import { readPly } from '../../src/media/ply.ts'
import { drawSplats } from '../../src/media/splat-raster.ts'
import { WorkBudget } from '../../src/media/work-budget.ts'
import { sha256Hex } from '../../src/rules/digest.ts'
import { writeGlb, writePly } from '../support/models.ts'
import { mutated, randomFrom } from '../support/mutate.ts'
import { everyMap } from '../support/textured-models.ts'

/** Far more than these small files are worth, and reached within a fraction of a second. */
const WORK = 2_000_000

/** What becomes of a file: its fault, or the digest of a small view of it. Anything else is thrown. */
async function fate(kind: 'ply' | 'glb', bytes: Uint8Array): Promise<string> {
  const reading = kind === 'ply' ? readPly(bytes) : await readGlb(bytes)
  if (!reading.ok) return `${reading.code}: ${reading.detail}`
  const [camera] = cameras(2, 12)
  const budget = new WorkBudget(WORK)
  try {
    const { value } = reading
    if ('triangles' in value) return sha256Hex(drawMesh(value, camera!, 2, budget))
    return sha256Hex(drawSplats(normaliseSplats(value), camera!, budget))
  } catch (error) {
    if (error instanceof FileFault) return error.code
    throw error
  }
}

const properties = Array.from({ length: 9 }, (_, i) => `f_rest_${i}`)
/** Degree 1: a header that names more, and rows that hold more. */
function withHarmonics(count: number): Uint8Array {
  const plain = Buffer.from(writePly(Array.from({ length: count }, (_, i) => ({ at: [i, i % 3, 1] as const }))))
  const end = plain.indexOf('end_header\n')
  const rows = plain.subarray(end + 11)
  const stride = rows.length / count
  const wide = Array.from({ length: count }, (_, i) => [
    rows.subarray(i * stride, (i + 1) * stride),
    Buffer.from(Float32Array.from(properties, (_, k) => (k - i) / 9).buffer),
  ])
  const header = properties.map((name) => `property float ${name}\n`).join('')
  return Buffer.concat([plain.subarray(0, end), Buffer.from(`${header}end_header\n`), ...wide.flat()])
}

const triangle = { positions: [-0.4, -0.4, 0, 0.4, -0.4, 0, 0, 0.4, 0.2], indices: [0, 1, 2] }
const seeds: [name: string, kind: 'ply' | 'glb', bytes: Uint8Array, times: number][] = [
  ['splats', 'ply', writePly(Array.from({ length: 6 }, (_, i) => ({ at: [i, i * i, 1] as const }))), 6_000],
  ['splats with spherical harmonics', 'ply', withHarmonics(5), 4_000],
  ['a triangle', 'glb', writeGlb(triangle, { material: { doubleSided: true } }), 6_000],
  ['every kind of material and texture', 'glb', await everyMap(4), 2_000],
]

describe('mutated models', () => {
  it('are more than ten thousand', () => {
    expect(seeds.reduce((sum, [, , , times]) => sum + times, 0)).toBeGreaterThan(10_000)
  })

  it.each(seeds)('of %s never crash us, and get the same answer twice', async (_, kind, bytes, times) => {
    expect(await fate(kind, bytes)).toMatch(/^[0-9a-f]{64}$/)
    const random = randomFrom(times)
    const fates = new Set<string>()
    for (let i = 0; i < times; i++) {
      const mutant = mutated(bytes, random)
      const first = await fate(kind, mutant)
      fates.add(first.replace(/:.*/, ''))
      expect(await fate(kind, mutant), `mutation ${i}`).toBe(first)
    }
    // They get far into the readers, and to pictures of many kinds.
    expect(fates.size).toBeGreaterThan(10)
  })
})
