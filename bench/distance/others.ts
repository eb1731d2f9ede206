/** The usual ways to compare pictures, to see what they miss. All are 0 for equal pictures. */
import { areaAverage } from '../../src/media/area-average.ts'
import type { Picture } from '../../src/media/decode-image.ts'

export type Metric = (a: Picture, b: Picture) => number

const luma = (picture: Picture, n: number) => {
  const whole = { left: 0, top: 0, width: picture.width, height: picture.height }
  const rgb = areaAverage(picture, whole, whole, n, [1, 1, 1])
  return Float64Array.from({ length: n * n }, (_, i) => {
    return 0.299 * rgb[3 * i]! + 0.587 * rgb[3 * i + 1]! + 0.114 * rgb[3 * i + 2]!
  })
}

/** Mean squared difference of all channels, 0..1 each. */
export const meanSquare: Metric = (a, b) => {
  let sum = 0
  for (let i = 0; i < a.rgba.length; i++) sum += ((a.rgba[i]! - b.rgba[i]!) / 255) ** 2
  return sum / ((a.rgba.length / 4) * 3)
}

const WINDOW = 8
const [C1, C2] = [0.01 ** 2, 0.03 ** 2]

/** 1 − SSIM of the luma at 256 × 256, by windows of 8 × 8 at every fourth pixel (Wang et al. 2004). */
export const structure: Metric = (a, b) => {
  const n = 256
  const [x, y] = [luma(a, n), luma(b, n)]
  let sum = 0
  let windows = 0
  for (let top = 0; top + WINDOW <= n; top += 4) {
    for (let left = 0; left + WINDOW <= n; left += 4, windows++) sum += similarity(x, y, top * n + left, n)
  }
  return 1 - sum / windows
}

function similarity(x: Float64Array, y: Float64Array, from: number, n: number): number {
  let [sumX, sumY, xx, yy, xy] = [0, 0, 0, 0, 0]
  for (let row = 0; row < WINDOW; row++) {
    for (let column = 0; column < WINDOW; column++) {
      const [p, q] = [x[from + row * n + column]!, y[from + row * n + column]!]
      sumX += p
      sumY += q
      xx += p * p
      yy += q * q
      xy += p * q
    }
  }
  const count = WINDOW * WINDOW
  const [meanX, meanY] = [sumX / count, sumY / count]
  const [varX, varY, covariance] = [xx / count - meanX ** 2, yy / count - meanY ** 2, xy / count - meanX * meanY]
  return ((2 * meanX * meanY + C1) * (2 * covariance + C2)) / ((meanX ** 2 + meanY ** 2 + C1) * (varX + varY + C2))
}

/** Share of 256 bits that differ: whether a pixel of 17 × 16 is brighter than the one to its right. */
export const differenceHash: Metric = (a, b) => {
  const bits = (picture: Picture) => {
    const values = luma(picture, 17)
    return Array.from(
      { length: 256 },
      (_, i) => values[Math.floor(i / 16) * 17 + (i % 16)]! > values[Math.floor(i / 16) * 17 + (i % 16) + 1]!,
    )
  }
  const [left, right] = [bits(a), bits(b)]
  return left.filter((bit, i) => bit !== right[i]).length / left.length
}
