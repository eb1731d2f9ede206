// Splats onto one view: nearest first, each blended row by row under those before it.
// Along a row the Gaussian is followed by forward differences: two multiplications a pixel.
import type { Camera } from './camera.ts'
import { orderByDepth } from './depth-sort.ts'
import { fastExp } from './elementary.ts'
import type { Splats } from './ply.ts'
import { BATCH, SplatBatch } from './splat-batch.ts'
import { SplatColour } from './splat-colour.ts'
import { FIELDS, projectSplats } from './splat-projection.ts'
import type { WorkBudget } from './work-budget.ts'

/** What is left of the light behind a pixel when nothing further can be seen there. */
const OPAQUE = 1e-4
const MOST_ALPHA = 0.999
/** Edge of the blocks that know how many of their pixels are still open, so that hidden splats cost little. */
const BLOCK = 8
/** Work of setting up a row, in pixels. */
const ROW_WORK = 16

/** @returns RGB pixels over white, row by row @throws FileFault `work_budget` */
export function drawSplats(splats: Splats, camera: Camera, budget: WorkBudget): Uint8Array {
  const ellipses = projectSplats(splats, camera)
  const canvas = new SplatCanvas(camera.size)
  const colour = new SplatColour(splats, camera.eye)
  const order = orderByDepth(ellipses.depth)
  const batch = new SplatBatch()
  for (let start = 0; start < order.length; start += BATCH) {
    batch.fetch(splats, ellipses, order.subarray(start, start + BATCH))
    for (let i = 0; i < batch.count; i++) budget.spend(canvas.blend(batch, i, colour))
  }
  return canvas.overWhite()
}

class SplatCanvas {
  readonly #size: number
  /** Red, green, blue and the light still let through, for each pixel. */
  readonly #light: Float32Array
  readonly #blocks: number
  /** How many pixels of each block still let light through. */
  readonly #open: Uint8Array

  constructor(size: number) {
    this.#size = size
    this.#light = new Float32Array(size * size * 4)
    for (let i = 3; i < this.#light.length; i += 4) this.#light[i] = 1
    const blocks = Math.ceil(size / BLOCK)
    const edge = (block: number) => Math.min(BLOCK, size - block * BLOCK)
    this.#blocks = blocks
    this.#open = Uint8Array.from({ length: blocks * blocks }, (_, i) => edge(i % blocks) * edge(Math.floor(i / blocks)))
  }

  /** @returns the work it took: pixels and blocks looked at */
  blend(batch: SplatBatch, i: number, colour: SplatColour): number {
    const { shape } = batch
    const size = this.#size
    const at = i * FIELDS
    const x = shape[at]!
    const y = shape[at + 1]!
    const a = shape[at + 2]!
    const b = shape[at + 3]!
    const c = shape[at + 4]!
    const reach = shape[at + 5]!
    const determinant = a * c - b * b
    if (!(determinant > 0)) return 1
    const halfWidth = Math.sqrt((reach * c) / determinant)
    const halfHeight = Math.sqrt((reach * a) / determinant)
    const top = Math.max(0, Math.ceil(y - halfHeight - 0.5))
    const bottom = Math.min(size - 1, Math.floor(y + halfHeight - 0.5))
    const left = Math.max(0, Math.ceil(x - halfWidth - 0.5))
    const right = Math.min(size - 1, Math.floor(x + halfWidth - 0.5))
    if (top > bottom || left > right) return 1
    const looked = this.#lookForOpen(top, bottom, left, right)
    if (!looked.found) return looked.work

    let work = looked.work
    const light = this.#light
    const opacity = batch.opacity[i]!
    colour.look(batch, i)
    const { red, green, blue } = colour
    const growth = fastExp(-a)
    for (let row = top; row <= bottom; row++) {
      const dy = row + 0.5 - y
      const discriminant = a * reach - determinant * dy * dy
      if (!(discriminant >= 0)) continue
      const half = Math.sqrt(discriminant) / a
      const middle = x - (b * dy) / a - 0.5
      const from = Math.max(left, Math.ceil(middle - half))
      const to = Math.min(right, Math.floor(middle + half))
      if (from > to) continue
      work += ROW_WORK + to - from
      // What ends behind opaque pixels, or lies behind them all, need not be followed there.
      let last = to
      while (last >= from && !(light[(row * size + last) * 4 + 3]! > OPAQUE)) last--
      if (last < from) continue
      const dx = from + 0.5 - x
      let alpha = opacity * fastExp(-0.5 * (a * dx * dx + c * dy * dy) - b * dx * dy)
      let ratio = fastExp(-a * (dx + 0.5) - b * dy)
      let pixel = (row * size + from) * 4
      for (let column = from; column <= last; column++, pixel += 4) {
        const through = light[pixel + 3]!
        if (through > OPAQUE) {
          const weight = Math.min(alpha, MOST_ALPHA) * through
          light[pixel] = light[pixel]! + weight * red
          light[pixel + 1] = light[pixel + 1]! + weight * green
          light[pixel + 2] = light[pixel + 2]! + weight * blue
          light[pixel + 3] = through - weight
          if (through - weight <= OPAQUE) this.#close(row, column)
        }
        alpha *= ratio
        ratio *= growth
      }
    }
    return work
  }

  overWhite(): Uint8Array {
    const light = this.#light
    const pixels = new Uint8Array((light.length / 4) * 3)
    for (let from = 0, to = 0; from < light.length; from += 4, to += 3) {
      const white = light[from + 3]!
      for (let k = 0; k < 3; k++) {
        const value = (light[from + k]! + white) * 255 + 0.5
        pixels[to + k] = value >= 255 ? 255 : value > 0 ? Math.floor(value) : 0
      }
    }
    return pixels
  }

  #lookForOpen(top: number, bottom: number, left: number, right: number): { found: boolean; work: number } {
    let work = 0
    for (let row = top >> 3; row <= bottom >> 3; row++) {
      for (let column = left >> 3; column <= right >> 3; column++) {
        work++
        if (this.#open[row * this.#blocks + column]! > 0) return { found: true, work }
      }
    }
    return { found: false, work }
  }

  #close(row: number, column: number): void {
    const block = (row >> 3) * this.#blocks + (column >> 3)
    this.#open[block] = this.#open[block]! - 1
  }
}
