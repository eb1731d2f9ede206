// What two pictures are compared by: where which colour lies, which way edges run, the silhouette, how much there is
// of each colour. Cosine distances, mixed with weights that were set once by hand, not fitted.

import type { Colour } from './area-average.ts'

/** Edge of the picture that features are taken from, in pixels. */
export const FEATURE_SIZE = 96
const CELLS = 12
const CELL = FEATURE_SIZE / CELLS
const DIRECTIONS = [
  ...[1, 0, 0.9396926207859084, 0.3420201433256687, 0.766044443118978, 0.6427876096865393],
  ...[0.5, 0.8660254037844386, 0.17364817766693041, 0.984807753012208, -0.1736481776669303, 0.984807753012208],
  ...[-0.5, 0.8660254037844387, -0.7660444431189779, 0.6427876096865395, -0.9396926207859083, 0.3420201433256689],
]
const BINS = DIRECTIONS.length / 2
/** A colour this far from the background (sum of the three differences) is foreground for certain. */
const FOREGROUND = 0.06
/** Gradients below are noise; above they all count the same. */
const LEAST_GRADIENT = 0.02
const MOST_GRADIENT = 0.4
/** Steps of each channel in the colour histogram. */
const SHADES = 4

export interface Features {
  readonly colour: Float64Array
  readonly gradient: Float64Array
  readonly silhouette: Float64Array
  readonly histogram: Float64Array
}
const WEIGHTS = { colour: 0.4, gradient: 0.3, silhouette: 0.15, histogram: 0.15 } as const

export interface View {
  /** `FEATURE_SIZE` square, red green blue 0..1 each. */
  readonly rgb: Float64Array
  readonly background: Colour
}

export function featuresOf(views: readonly View[]): Features {
  const each = views.map(viewFeatures)
  const join = (name: keyof Features) => Float64Array.from(each.flatMap((features) => [...features[name]]))
  return {
    colour: join('colour'),
    gradient: join('gradient'),
    silhouette: join('silhouette'),
    histogram: join('histogram'),
  }
}

/** 0 for equal features, 1 for those that have nothing in common. */
export function featureDistance(a: Features, b: Features): number {
  let sum = 0
  for (const name of ['colour', 'gradient', 'silhouette', 'histogram'] as const) {
    sum += WEIGHTS[name] * cosineDistance(a[name], b[name])
  }
  return sum
}

function cosineDistance(a: Float64Array, b: Float64Array): number {
  let product = 0
  let squareA = 0
  let squareB = 0
  for (let i = 0; i < a.length; i++) {
    product += a[i]! * b[i]!
    squareA += a[i]! * a[i]!
    squareB += b[i]! * b[i]!
  }
  if (squareA === 0 || squareB === 0) return squareA === squareB ? 0 : 1
  return Math.max(0, 1 - product / Math.sqrt(squareA * squareB))
}

function viewFeatures({ rgb, background }: View): Features {
  const planes = opponentPlanes(rgb)
  const foreground = foregroundOf(rgb, background)
  const cells = CELLS * CELLS
  const colour = new Float64Array(cells * 3)
  const gradient = new Float64Array(cells * BINS)
  const silhouette = new Float64Array(cells)
  for (let y = 0; y < FEATURE_SIZE; y++) {
    for (let x = 0; x < FEATURE_SIZE; x++) {
      const pixel = y * FEATURE_SIZE + x
      const cell = Math.floor(y / CELL) * CELLS + Math.floor(x / CELL)
      const share = foreground[pixel]! / (CELL * CELL)
      silhouette[cell]! += share
      colour[cell * 3]! += (1 - planes[0]![pixel]!) * share
      colour[cell * 3 + 1]! += 1.5 * planes[1]![pixel]! * share
      colour[cell * 3 + 2]! += 1.5 * planes[2]![pixel]! * share
      addGradient(planes, x, y, gradient, cell * BINS)
    }
  }
  for (let i = 0; i < gradient.length; i++) gradient[i] = Math.sqrt(gradient[i]!)
  return { colour, gradient, silhouette, histogram: histogramOf(rgb, foreground) }
}

/** Luma, red against green, yellow against blue. */
function opponentPlanes(rgb: Float64Array): Float64Array[] {
  const planes = [0, 1, 2].map(() => new Float64Array(rgb.length / 3))
  for (let pixel = 0; pixel < rgb.length / 3; pixel++) {
    const red = rgb[pixel * 3]!
    const green = rgb[pixel * 3 + 1]!
    const blue = rgb[pixel * 3 + 2]!
    planes[0]![pixel] = 0.299 * red + 0.587 * green + 0.114 * blue
    planes[1]![pixel] = red - green
    planes[2]![pixel] = 0.5 * (red + green) - blue
  }
  return planes
}

/** 0..1 for each pixel. */
function foregroundOf(rgb: Float64Array, background: Colour): Float64Array {
  return Float64Array.from({ length: rgb.length / 3 }, (_, pixel) => {
    let difference = 0
    for (let k = 0; k < 3; k++) difference += Math.abs(rgb[pixel * 3 + k]! - background[k]!)
    return difference > FOREGROUND ? 1 : difference / FOREGROUND
  })
}

/** Adds the strongest gradient of the three planes to the histogram of directions of a cell. */
function addGradient(planes: readonly Float64Array[], x: number, y: number, out: Float64Array, at: number): void {
  const pixel = y * FEATURE_SIZE + x
  const left = x > 0 ? pixel - 1 : pixel
  const right = x < FEATURE_SIZE - 1 ? pixel + 1 : pixel
  const above = y > 0 ? pixel - FEATURE_SIZE : pixel
  const below = y < FEATURE_SIZE - 1 ? pixel + FEATURE_SIZE : pixel
  let gx = 0
  let gy = 0
  let square = 0
  for (const plane of planes) {
    const dx = plane[right]! - plane[left]!
    const dy = plane[below]! - plane[above]!
    if (dx * dx + dy * dy <= square) continue
    square = dx * dx + dy * dy
    gx = dx
    gy = dy
  }
  const strength = Math.sqrt(square)
  if (strength <= LEAST_GRADIENT) return
  let bin = 0
  let best = -1
  for (let k = 0; k < BINS; k++) {
    const along = Math.abs(gx * DIRECTIONS[k * 2]! + gy * DIRECTIONS[k * 2 + 1]!)
    if (along <= best) continue
    best = along
    bin = k
  }
  out[at + bin]! += Math.min(strength, MOST_GRADIENT)
}

function histogramOf(rgb: Float64Array, foreground: Float64Array): Float64Array {
  const counts = new Float64Array(SHADES * SHADES * SHADES)
  const shade = (value: number) => Math.min(SHADES - 1, Math.floor(value * SHADES))
  let total = 0
  for (let pixel = 0; pixel < foreground.length; pixel++) {
    if (foreground[pixel]! <= 0.5) continue
    total++
    const [red, green, blue] = [rgb[pixel * 3]!, rgb[pixel * 3 + 1]!, rgb[pixel * 3 + 2]!]
    counts[(shade(red) * SHADES + shade(green)) * SHADES + shade(blue)]! += 1
  }
  return total === 0 ? counts : counts.map((count) => Math.sqrt(count / total))
}
