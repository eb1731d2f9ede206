// From one picture to a model: the outline gives a profile, the front gives the colours. Settings say how well.
import { LINEAR_OF_SRGB, srgbOfLinear } from '../media/srgb.ts'
import type { Dice } from './dice.ts'
import { Hull } from './hull.ts'
import { type Colour, type Lathe, normalOf, type Ring } from './lathe.ts'
import type { Quality } from './quality.ts'
import { halfWidths, type Pixels } from './silhouette.ts'
import { brightness, project } from './viewpoint.ts'

/** Heights that are tried for the object's lowest and highest point. */
const PROBES = 256
const REACH = 0.55
/** Where on the front of a ring its colour is read: the sine and cosine of angles to the left and right. */
const FRONT = [
  [0, 1],
  [0.2588, 0.9659],
  [-0.2588, 0.9659],
  [0.5, 0.866],
  [-0.5, 0.866],
] as const

/** @param lit whether the model will be lit when it is shown, so that the picture's light has to be taken out */
export function reconstruct(pixels: Pixels, quality: Quality, dice: Dice, lit: boolean): Lathe {
  const hull = new Hull(halfWidths(pixels), pixels.width)
  const inside = Array.from({ length: PROBES + 1 }, (_, i) => ((2 * i) / PROBES - 1) * REACH).filter(
    (height) => hull.radiusAt(height) > 0,
  )
  const [bottom, top] = [inside[0] ?? -0.1, inside.at(-1) ?? 0.1]
  const cast = [0, 1, 2].map(() => dice.between(-quality.tint, quality.tint))
  const rows = Array.from({ length: quality.rows }, (_, i) => {
    const height = bottom + ((top - bottom) * i) / (quality.rows - 1)
    const radius = Math.max(0.01, hull.radiusAt(height))
    return { height, radius, wobbled: radius * (1 + dice.between(-quality.wobble, quality.wobble)) }
  })
  const rings = rows.map(({ height, radius, wobbled }, i): Ring => {
    const [before, after] = [rows[i - 1] ?? rows[i]!, rows[i + 1] ?? rows[i]!]
    const normal = normalOf(after.height - before.height, after.wobbled - before.wobbled)
    const seen = colourAt(pixels, height, radius)
    const shade = lit ? brightness(normal.outward, normal.upward) : 1
    const noise = cast.map((error) => error + dice.between(-quality.tint, quality.tint) / 3)
    return { height, radius: wobbled, ...normal, colour: corrected(seen, shade, noise) }
  })
  return { strips: [cap(rings[0]!, -1), rings, cap(rings.at(-1)!, 1)] }
}

function colourAt({ width, height: rows, rgba }: Pixels, height: number, radius: number): Colour {
  const sum = [0, 0, 0] as [number, number, number]
  for (const [sin, cos] of FRONT) {
    const { right, down } = project(radius * sin, height, radius * cos)
    const x = Math.min(width - 1, Math.max(0, Math.floor(width / 2 + right * width)))
    const y = Math.min(rows - 1, Math.max(0, Math.floor(rows / 2 + down * width)))
    for (let k = 0; k < 3; k++) sum[k]! += rgba[(y * width + x) * 4 + k]!
  }
  return sum.map((value) => value / FRONT.length) as unknown as Colour
}

function corrected(seen: Colour, shade: number, errors: readonly number[]): Colour {
  const [red, green, blue] = seen.map((byte, k) => {
    const own = srgbOfLinear(LINEAR_OF_SRGB[Math.round(byte)]! / shade)
    return Math.min(255, Math.max(0, Math.round(own + errors[k]!)))
  })
  return [red!, green!, blue!]
}

/** A flat disc that closes the surface. */
function cap(edge: Ring, upward: 1 | -1): Ring[] {
  const rim = { ...edge, outward: 0, upward }
  const middle = { ...rim, radius: 0 }
  return upward > 0 ? [rim, middle] : [middle, rim]
}
