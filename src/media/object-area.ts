// Where in a picture its object is: what differs from the colour of the border.
import { type Area, areaAverage, type Colour } from './area-average.ts'
import type { Picture } from './decode-image.ts'

/** Edge of the copy that is searched, in pixels. */
const SEARCH_SIZE = 128
/** Sum of the three differences from which on a pixel belongs to the object; compression noise stays below. */
const DIFFERENT = 0.12
/** A row or column with fewer such pixels is noise. */
const LEAST_PIXELS = 2
/** Room around the object, as a share of its longer side. */
const MARGIN = 0.08

/** @returns a square around the object, or the whole view when nothing stands out */
export function objectArea(picture: Picture, view: Area): { readonly area: Area; readonly background: Colour } {
  const n = SEARCH_SIZE
  const rgb = areaAverage(picture, view, view, n, [1, 1, 1])
  const background = borderColour(rgb, n)
  const columns = new Uint32Array(n)
  const rows = new Uint32Array(n)
  for (let pixel = 0; pixel < n * n; pixel++) {
    let difference = 0
    for (let k = 0; k < 3; k++) difference += Math.abs(rgb[pixel * 3 + k]! - background[k]!)
    if (difference < DIFFERENT) continue
    columns[pixel % n]!++
    rows[Math.floor(pixel / n)]!++
  }
  const [left, right] = span(columns)
  const [top, bottom] = span(rows)
  if (left > right || top > bottom) return { area: view, background }
  const stepX = view.width / n
  const stepY = view.height / n
  const side = Math.max((right - left + 1) * stepX, (bottom - top + 1) * stepY) * (1 + 2 * MARGIN)
  const centreX = view.left + ((left + right + 1) / 2) * stepX
  const centreY = view.top + ((top + bottom + 1) / 2) * stepY
  return { area: { left: centreX - side / 2, top: centreY - side / 2, width: side, height: side }, background }
}

/** The median of the border, channel by channel: an object that touches the border does not move it. */
function borderColour(rgb: Float64Array, n: number): Colour {
  const channel = (k: number) => {
    const values: number[] = []
    for (let i = 0; i < n; i++) {
      for (const pixel of [i, (n - 1) * n + i, i * n, i * n + n - 1]) values.push(rgb[pixel * 3 + k]!)
    }
    return values.sort((a, b) => a - b)[values.length >> 1]!
  }
  return [channel(0), channel(1), channel(2)]
}

function span(counts: Uint32Array): [first: number, last: number] {
  const full = (count: number) => count >= LEAST_PIXELS
  return [counts.findIndex(full) === -1 ? counts.length : counts.findIndex(full), counts.findLastIndex(full)]
}
