import { describe, expect, it } from 'vitest'
import { type Camera, cameras } from '../../src/media/camera.ts'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import { normaliseAsOriginal, normaliseSplats } from '../../src/media/normalise-splats.ts'
import { readPly, type Splats } from '../../src/media/ply.ts'
import { evaluate, type ShDegree } from '../../src/media/spherical-harmonics.ts'
import { drawSplats } from '../../src/media/splat-raster.ts'
import { WorkBudget } from '../../src/media/work-budget.ts'
import { type TestSplat, writePly } from '../support/models.ts'
import { randomFrom } from '../support/mutate.ts'

function splatsOf(splats: readonly TestSplat[]): Splats {
  const reading = readPly(writePly(splats))
  if (!reading.ok) throw new Error(reading.detail)
  return reading.value
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)

/** The formulas of 3DGS as they stand, pixel by pixel over all splats, in double precision. */
function reference(splats: Splats, camera: Camera): number[] {
  const { eye, right, up, forward, focal, size } = camera
  const flat = Array.from({ length: splats.count }, (_, i) => {
    const d = [0, 1, 2].map((k) => splats.positions[i * 3 + k]! - eye[k]!)
    const [x, y, z] = [dot(right, d), -dot(up, d), dot(forward, d)] as const
    const bound = 1.3 * (size / 2 / focal)
    const clamped = [x, y].map((value) => Math.max(-bound, Math.min(bound, value / z)) * z)
    const rows = [
      right.map((value, k) => (focal / z) * value - ((focal * clamped[0]!) / z ** 2) * forward[k]!),
      up.map((value, k) => -(focal / z) * value - ((focal * clamped[1]!) / z ** 2) * forward[k]!),
    ] as const
    const [xx, xy, xz, yy, yz, zz] = splats.covariances.subarray(i * 6, i * 6 + 6) as unknown as number[]
    const sigma = [
      [xx!, xy!, xz!],
      [xy!, yy!, yz!],
      [xz!, yz!, zz!],
    ]
    const times = (v: readonly number[]) => sigma.map((row) => dot(row, v))
    const [a, b, c] = [
      dot(rows[0], times(rows[0])) + 0.3,
      dot(rows[0], times(rows[1])),
      dot(rows[1], times(rows[1])) + 0.3,
    ]
    return { i, z, x: size / 2 + (focal * x) / z, y: size / 2 + (focal * y) / z, a, b, c, det: a * c - b * b }
  }).sort((p, q) => p.z - q.z)
  const pixels: number[] = []
  for (let py = 0; py < size; py++) {
    for (let px = 0; px < size; px++) {
      const rgb = [0, 0, 0]
      let through = 1
      for (const { i, x, y, a, b, c, det } of flat) {
        const [dx, dy] = [px + 0.5 - x, py + 0.5 - y]
        const power = (c * dx * dx - 2 * b * dx * dy + a * dy * dy) / (2 * det)
        const alpha = Math.min(0.999, splats.opacities[i]! * Math.exp(-power))
        if (alpha < 1 / 255) continue
        for (let k = 0; k < 3; k++) rgb[k]! += through * alpha * Math.max(0, splats.colours[i * 3 + k]!)
        through *= 1 - alpha
      }
      pixels.push(...rgb.map((value) => Math.min(255, 255 * (value + through))))
    }
  }
  return pixels
}

const random = randomFrom(42)
const between = (low: number, high: number) => low + (high - low) * random()
const three = (low: number, high: number) => [between(low, high), between(low, high), between(low, high)] as const
const cloud = Array.from(
  { length: 300 },
  (): TestSplat => ({
    at: three(-0.7, 0.7),
    scale: three(0.01, 0.2),
    rotation: [between(-1, 1), ...three(-1, 1)],
    opacity: between(0.05, 0.99),
    colour: three(0, 1),
  }),
)

describe('splats', () => {
  it('are within 1/255 of the formulas, pixel by pixel', () => {
    const splats = splatsOf(cloud)
    for (const camera of cameras(2.5, 40)) {
      const wanted = reference(splats, camera)
      const drawn = drawSplats(splats, camera, new WorkBudget(1e9))
      const worst = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - drawn[i]!)), 0)
      // Half a step is rounding.
      expect(worst).toBeLessThan(1.5)
    }
  })

  it('take their colour from the side that they are seen from', () => {
    const [first, , third] = cameras(2.5, 21)
    const plain = splatsOf([{ at: [0, 0, 0], scale: [0.3, 0.3, 0.3], opacity: 0.999, colour: [0.5, 0.5, 0.5] }])
    // Red follows z of the direction of view: harmonic 2 of degree 1.
    const values = Float32Array.from([0, -0.6, 0, ...new Array<number>(6).fill(0)])
    const splats: Splats = { ...plain, harmonics: { degree: 1, values } }
    const middle = (camera: Camera) => [
      ...drawSplats(splats, camera, new WorkBudget(1e9)).subarray(10 * 63 + 30, 10 * 63 + 33),
    ]
    for (const camera of [first!, third!]) {
      const direction = camera.forward[2]
      const [r, g, b] = middle(camera)
      expect(g).toBe(b)
      const light = 0.5 + 0.4886025119029199 * direction * -0.6
      expect(Math.abs(r! - 255 * (0.999 * light + 0.001))).toBeLessThan(1)
    }
  })

  it('have harmonics that are orthonormal over the sphere, up to degree 3', () => {
    const sums = Array.from({ length: 16 }, () => new Float64Array(16))
    const [rings, steps] = [64, 64]
    const basis = new Float64Array(15)
    for (let ring = 0; ring < rings; ring++) {
      const polar = (Math.PI * (ring + 0.5)) / rings
      const area = (Math.sin(polar) * Math.PI * 2 * Math.PI) / (rings * steps)
      for (let step = 0; step < steps; step++) {
        const around = (2 * Math.PI * step) / steps
        evaluate(3, Math.sin(polar) * Math.cos(around), Math.sin(polar) * Math.sin(around), Math.cos(polar), basis)
        const all = [0.28209479177387814, ...basis]
        for (let i = 0; i < 16; i++) for (let k = 0; k < 16; k++) sums[i]![k]! += all[i]! * all[k]! * area
      }
    }
    for (let i = 0; i < 16; i++) for (let k = 0; k < 16; k++) expect(sums[i]![k]).toBeCloseTo(i === k ? 1 : 0, 2)
    for (const degree of [1, 2] as ShDegree[]) {
      const fewer = new Float64Array(15)
      evaluate(degree, 0.6, 0, 0.8, fewer)
      evaluate(3, 0.6, 0, 0.8, basis)
      const count = degree === 1 ? 3 : 8
      expect([...fewer.subarray(0, count)]).toEqual([...basis.subarray(0, count)])
    }
  })
})

describe('compat', () => {
  const pair: TestSplat[] = [
    { at: [1, 4, 0], opacity: 0.6, scale: [0.1, 0.1, 0.1] },
    { at: [4, 4, 0], opacity: 0.6, scale: [0.1, 0.1, 0.1] },
  ]

  it('moves every axis by the one mean, and divides opacity by the scale, as the original does', () => {
    const [scale, mean] = [1.5 / 3, 13 / 6]
    const { positions, opacities } = normaliseAsOriginal(splatsOf(pair))
    const wanted = [1, 4, 0, 4, 4, 0].map((value) => expect.closeTo((value - mean) * scale, 5))
    expect([...positions]).toEqual(wanted)
    expect(opacities[0]).toBe(1)
    const small = pair.map(({ at, ...rest }) => ({ ...rest, at: [at[0] / 10, at[1] / 10, 0] as const }))
    expect(normaliseAsOriginal(splatsOf(small)).opacities[0]).toBeCloseTo(0.6 / 5, 5)
    expect(normaliseSplats(splatsOf(small)).opacities[0]).toBeCloseTo(0.6, 5)
  })

  it('is a renderer of its own', async () => {
    const ours = new CpuRenderer()
    const theirs = ours.asOriginal()
    expect([ours.id, theirs.id]).toEqual(['cpu-preview/2', 'cpu-preview/2-compat'])
    const never = new AbortController().signal
    const pictures = [
      await ours.render('ply', writePly(pair), 32, never),
      await theirs.render('ply', writePly(pair), 32, never),
    ]
    const [a, b] = pictures.map((picture) => (picture.ok ? picture.pixelsSha256 : picture.detail))
    expect(a).not.toBe(b)
  })
})
