// A lathe as 3D Gaussian splats: flat discs on its surface, in the PLY layout of the 3DGS reference exporter.
import { ln } from '../media/elementary.ts'
import { circle } from './circle.ts'
import type { Lathe, Ring } from './lathe.ts'

const PROPERTIES = [
  ...['x', 'y', 'z', 'f_dc_0', 'f_dc_1', 'f_dc_2', 'opacity'],
  ...['scale_0', 'scale_1', 'scale_2', 'rot_0', 'rot_1', 'rot_2', 'rot_3'],
]
/** The constant spherical harmonic, 1 / (2 √π). */
const SH_0 = 0.28209479177387814
/** Logit of 0.96. */
const OPACITY = 3.1780538303479458
/** Standard deviation of a disc as a share of the distance to the next one. */
const SPREAD = 0.58
const THICKNESS = 0.002
const TURN = 2 * Math.PI

/** @param budget about how many splats */
export function writePly(lathe: Lathe, budget: number): Uint8Array {
  const spacing = Math.sqrt(areaOf(lathe) / budget)
  const splats = lathe.strips.flatMap((strip) =>
    strip.slice(1).flatMap((ring, i) => splatsBetween(strip[i]!, ring, spacing)),
  )
  const header = [
    'ply',
    'format binary_little_endian 1.0',
    `element vertex ${splats.length}`,
    ...PROPERTIES.map((name) => `property float ${name}`),
    'end_header\n',
  ].join('\n')
  const body = Buffer.alloc(splats.length * PROPERTIES.length * 4)
  splats.flat().forEach((value, i) => {
    body.writeFloatLE(value, i * 4)
  })
  return Buffer.concat([Buffer.from(header), body])
}

function areaOf({ strips }: Lathe): number {
  let area = 0
  for (const strip of strips) {
    for (const [i, ring] of strip.slice(1).entries()) {
      const before = strip[i]!
      area += ((ring.radius + before.radius) / 2) * TURN * distance(before, ring)
    }
  }
  return area
}

function distance(a: Ring, b: Ring): number {
  const [up, out] = [b.height - a.height, b.radius - a.radius]
  return Math.sqrt(up * up + out * out)
}

/** Rows of splats from one ring (exclusive of its own edge) to the next, as even as whole numbers allow. */
function splatsBetween(low: Ring, high: Ring, spacing: number): number[][] {
  const length = distance(low, high)
  const rows = Math.max(1, Math.round(length / spacing))
  return Array.from({ length: rows }, (_, row) => {
    const share = (row + 0.5) / rows
    const mix = (a: number, b: number) => a + (b - a) * share
    const radius = mix(low.radius, high.radius)
    const around = Math.max(3, Math.round((TURN * radius) / spacing))
    const ring: Ring = {
      height: mix(low.height, high.height),
      radius,
      outward: mix(low.outward, high.outward),
      upward: mix(low.upward, high.upward),
      colour: low.colour,
    }
    const sizes = [(TURN * radius) / around, length / rows].map((size) => ln(Math.max(1e-4, size * SPREAD)))
    return circle(around).map(([cos, sin]) => splat(ring, cos, sin, [...sizes, ln(THICKNESS)]))
  }).flat()
}

function splat(ring: Ring, cos: number, sin: number, scales: readonly number[]): number[] {
  return [
    ...[ring.radius * cos, ring.height, ring.radius * sin],
    ...ring.colour.map((byte) => (byte / 255 - 0.5) / SH_0),
    OPACITY,
    ...scales,
    ...rotation(ring, cos, sin),
  ]
}

/** Turns x along the ring, y along the profile, z out of the surface; a unit quaternion, w first. */
function rotation({ outward, upward }: Ring, cos: number, sin: number): number[] {
  const length = Math.sqrt(outward * outward + upward * upward) || 1
  const [o, u] = [outward / length, upward / length]
  const x = [sin, 0, -cos] as const
  const y = [-u * cos, o, -u * sin] as const
  const z = [o * cos, u, o * sin] as const
  const [w2, x2, y2, z2] = [
    1 + x[0] + y[1] + z[2],
    1 + x[0] - y[1] - z[2],
    1 - x[0] + y[1] - z[2],
    1 - x[0] - y[1] + z[2],
  ]
  const largest = Math.max(w2, x2, y2, z2)
  const twice = Math.sqrt(largest)
  const f = 0.5 / twice
  if (largest === w2) return [twice / 2, (y[2] - z[1]) * f, (z[0] - x[2]) * f, (x[1] - y[0]) * f]
  if (largest === x2) return [(y[2] - z[1]) * f, twice / 2, (y[0] + x[1]) * f, (z[0] + x[2]) * f]
  if (largest === y2) return [(z[0] - x[2]) * f, (y[0] + x[1]) * f, twice / 2, (z[1] + y[2]) * f]
  return [(x[1] - y[0]) * f, (z[0] + x[2]) * f, (z[1] + y[2]) * f, twice / 2]
}
