// Scales pictures as PyTorch and Pillow do with `bilinear` and antialiasing: every new pixel is a mean under a triangle that is
// as wide as two of the new pixels, or of the old ones where these are larger. Plain arithmetic, so the same everywhere.
import type { Picture } from '../decode-image.ts'

/** The old pixels that a new one is made of, along one axis; weights sum to 1. */
interface Mean {
  readonly first: number
  readonly weights: Float64Array
}

/** @returns red, green and blue as planes of n × n, 0..255 each, not rounded; opacity is left out of account */
export function resizeToSquare({ width, height, rgba }: Picture, n: number): readonly [Plane, Plane, Plane] {
  const [columns, rows] = [meansAlong(width, n), meansAlong(height, n)]
  return [scaled(0), scaled(1), scaled(2)]

  function scaled(channel: number): Plane {
    const narrow = new Float64Array(n * height)
    for (let y = 0; y < height; y++) {
      for (const [x, { first, weights }] of columns.entries()) {
        let sum = 0
        let from = (y * width + first) * 4 + channel
        for (let k = 0; k < weights.length; k++, from += 4) sum += weights[k]! * rgba[from]!
        narrow[y * n + x] = sum
      }
    }
    const out = new Float64Array(n * n)
    for (const [y, { first, weights }] of rows.entries()) {
      for (let k = 0; k < weights.length; k++) {
        const [weight, from] = [weights[k]!, (first + k) * n]
        for (let x = 0; x < n; x++) out[y * n + x]! += weight * narrow[from + x]!
      }
    }
    return out
  }
}

export type Plane = Float64Array

function meansAlong(length: number, n: number): Mean[] {
  const step = length / n
  const reach = Math.max(1, step)
  return Array.from({ length: n }, (_, index) => {
    const centre = (index + 0.5) * step
    const first = Math.max(0, Math.floor(centre - reach + 0.5))
    const end = Math.min(length, Math.floor(centre + reach + 0.5))
    const raw = Float64Array.from({ length: end - first }, (_, k) =>
      Math.max(0, 1 - Math.abs(first + k + 0.5 - centre) / reach),
    )
    const sum = raw.reduce((total, weight) => total + weight, 0)
    return { first, weights: raw.map((weight) => weight / sum) }
  })
}
