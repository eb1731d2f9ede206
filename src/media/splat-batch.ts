// Splats that follow each other in depth lie anywhere in memory. A batch fetches them all at once, when none has to wait
// for another, and they are drawn from there.
import type { Splats } from './ply.ts'
import { type Ellipses, FIELDS } from './splat-projection.ts'

export const BATCH = 256

export class SplatBatch {
  count = 0
  /** As in `Ellipses`. */
  readonly shape = new Float64Array(BATCH * FIELDS)
  readonly splat = new Uint32Array(BATCH)
  readonly opacity = new Float32Array(BATCH)
  /** Red green blue each. */
  readonly colours = new Float32Array(BATCH * 3)

  /** @param order at most `BATCH` indices into the ellipses */
  fetch({ opacities, colours }: Splats, { shape, splat }: Ellipses, order: Uint32Array): void {
    this.count = order.length
    for (let i = 0; i < order.length; i++) {
      const from = order[i]! * FIELDS
      const id = splat[order[i]!]!
      for (let k = 0; k < FIELDS; k++) this.shape[i * FIELDS + k] = shape[from + k]!
      this.splat[i] = id
      this.opacity[i] = opacities[id]!
      for (let k = 0; k < 3; k++) this.colours[i * 3 + k] = colours[id * 3 + k]!
    }
  }
}
