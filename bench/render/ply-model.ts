/**
 * The figure as a PLY of so many splats (SH degree 0), as generators leave them: flat ones on the surface, as wide as
 * they are apart, and 8 % of faint ones around it.
 */
import { colourOn, density, FIGURE, numbersFrom, type Part, placeOn } from './figure.ts'

const PROPERTIES = [
  ...['x', 'y', 'z', 'nx', 'ny', 'nz', 'f_dc_0', 'f_dc_1', 'f_dc_2', 'opacity', 'scale_0', 'scale_1', 'scale_2'],
  ...['rot_0', 'rot_1', 'rot_2', 'rot_3'],
]
const SH_0 = 0.28209479177387814
const FAINT = 0.08
/** Standard deviation across the surface, of that along it. */
const FLATNESS = 0.12

export function plyModel(splats: number): Uint8Array {
  const random = numbersFrom(2)
  const gaussian = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const draw = surface(random)
  const spacing = Math.sqrt(draw.area / splats)
  const rows = new Float32Array(splats * PROPERTIES.length)
  for (let i = 0; i < splats; i++) {
    const { part, u, v } = draw.place()
    const { at, normal } = placeOn(part, u, v)
    const faint = random() < FAINT
    const width = spacing * Math.exp(gaussian() * (faint ? 0.8 : 0.45) + (faint ? 0.6 : 0))
    const depth = faint ? 1 - 0.4 * random() : 1
    const opacity = faint ? 0.02 + 0.3 * random() : Math.min(Math.max(0.92 + 0.12 * gaussian(), 0.05), 0.999)
    const sides = faint ? [1, 1, 1] : [0.7 + 0.9 * random(), 0.7 + 0.9 * random(), FLATNESS]
    // The shortest turn that takes z to the normal.
    const turn = [1 + normal[2] + 1e-6, -normal[1], normal[0], 0]
    const values = [
      ...at.map((value, k) => part.centre[k]! + (value - part.centre[k]!) * depth + gaussian() * 0.0015),
      ...[0, 0, 0],
      ...colourOn(part, u, v).map((value) => (value + gaussian() * 0.02 - 0.5) / SH_0),
      Math.log(opacity / (1 - opacity)),
      ...sides.map((side) => Math.log(Math.min(width * side, 0.05))),
      ...turn,
    ]
    rows.set(values, i * PROPERTIES.length)
  }
  const lines = PROPERTIES.map((name) => `property float ${name}\n`).join('')
  const header = `ply\nformat binary_little_endian 1.0\nelement vertex ${splats}\n${lines}end_header\n`
  return Buffer.concat([Buffer.from(header), new Uint8Array(rows.buffer)])
}

/** Draws places evenly over the whole surface. */
function surface(random: () => number) {
  const tries = 2_000
  let [most, sum] = [0, 0]
  for (const part of FIGURE) {
    for (let i = 0; i < tries; i++) {
      const here = density(part, random(), random())
      most = Math.max(most, here)
      sum += here
    }
  }
  const place = (): { part: Part; u: number; v: number } => {
    for (;;) {
      const part = FIGURE[Math.floor(random() * FIGURE.length)]!
      const [u, v] = [random(), random()]
      if (random() * most <= density(part, u, v)) return { part, u, v }
    }
  }
  return { area: sum / tries, place }
}
