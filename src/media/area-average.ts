// Scales a part of a picture by averaging areas, in plain arithmetic: the same numbers on every machine.
import type { Picture } from './decode-image.ts'

/** A part of a picture in pixels; it may begin or end between pixels, or outside. */
export interface Area {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}
/** 0..1 each. */
export type Colour = readonly [red: number, green: number, blue: number]

/**
 * @param bounds whole pixels; what lies beyond them is not looked at
 * @param outside what is there instead, and shows through where the picture is transparent
 * @returns n × n colours, red green blue 0..1 each, row by row
 */
export function areaAverage(picture: Picture, area: Area, bounds: Area, n: number, outside: Colour): Float64Array {
  const columns = coverage(area.left, area.width, n, bounds.left, bounds.left + bounds.width)
  const rows = coverage(area.top, area.height, n, bounds.top, bounds.top + bounds.height)
  const out = new Float64Array(n * n * 3)
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) average(picture, rows[y]!, columns[x]!, outside, out, (y * n + x) * 3)
  }
  return out
}

/** The pixels along one axis that a cell covers, and how much of the cell each of them is. */
interface Cell {
  readonly first: number
  readonly shares: readonly number[]
}

function coverage(start: number, length: number, n: number, low: number, high: number): Cell[] {
  return Array.from({ length: n }, (_, index) => {
    const from = start + (index * length) / n
    const to = start + ((index + 1) * length) / n
    const first = Math.max(low, Math.floor(from))
    const shares: number[] = []
    for (let pixel = first; pixel < to && pixel < high; pixel++) {
      shares.push(Math.max(0, Math.min(to, pixel + 1) - Math.max(from, pixel)) / (to - from))
    }
    return { first, shares }
  })
}

function average(picture: Picture, row: Cell, column: Cell, outside: Colour, out: Float64Array, at: number): void {
  let red = 0
  let green = 0
  let blue = 0
  let covered = 0
  for (let j = 0; j < row.shares.length; j++) {
    let pixel = ((row.first + j) * picture.width + column.first) * 4
    for (let i = 0; i < column.shares.length; i++, pixel += 4) {
      const weight = (row.shares[j]! * column.shares[i]! * picture.rgba[pixel + 3]!) / 255
      red += weight * picture.rgba[pixel]!
      green += weight * picture.rgba[pixel + 1]!
      blue += weight * picture.rgba[pixel + 2]!
      covered += weight
    }
  }
  const rest = 1 - covered
  out[at] = red / 255 + rest * outside[0]
  out[at + 1] = green / 255 + rest * outside[1]
  out[at + 2] = blue / 255 + rest * outside[2]
}
