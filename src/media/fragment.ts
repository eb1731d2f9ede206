// A place on a triangle of a mesh: perspective-correct weights of its corners, and how they change from pixel to pixel.
import type { Mesh } from './mesh.ts'
import { type Projection, STEPS } from './mesh-raster.ts'

export class Fragment {
  triangle = -1
  /** The vertices at the corners. */
  a = 0
  b = 0
  c = 0
  /** 1 when the triangle is seen from its front, -1 from behind. */
  side = 1
  /** Weights of the corners; they add up to 1. */
  pa = 0
  pb = 0
  pc = 0
  readonly #mesh: Mesh
  readonly #view: Projection
  readonly #pixel: number
  /** Weights without perspective are linear in the position of a sample. */
  #ux = 0
  #uy = 0
  #vx = 0
  #vy = 0
  #total = 1

  /** @param pixel samples across a pixel */
  constructor(mesh: Mesh, view: Projection, pixel: number) {
    this.#mesh = mesh
    this.#view = view
    this.#pixel = pixel
  }

  /** @param sampleX, sampleY may lie between samples */
  move(triangle: number, sampleX: number, sampleY: number): void {
    if (triangle !== this.triangle) this.#begin(triangle)
    const { x, y, inverse } = this.#view
    const dx = sampleX * STEPS + STEPS / 2 - x[this.c]!
    const dy = sampleY * STEPS + STEPS / 2 - y[this.c]!
    const u = this.#ux * dx + this.#uy * dy
    const v = this.#vx * dx + this.#vy * dy
    const wa = u * inverse[this.a]!
    const wb = v * inverse[this.b]!
    const wc = (1 - u - v) * inverse[this.c]!
    this.#total = wa + wb + wc
    this.pa = wa / this.#total
    this.pb = wb / this.#total
    this.pc = wc / this.#total
  }

  /** Number `k` of an attribute with `width` numbers a vertex. */
  value(attribute: Float32Array, width: number, k: number): number {
    return (
      attribute[this.a * width + k]! * this.pa +
      attribute[this.b * width + k]! * this.pb +
      attribute[this.c * width + k]! * this.pc
    )
  }

  /** How two coordinates change over a pixel. @param out ds/dx dt/dx ds/dy dt/dy */
  footprint(coordinates: Float32Array, out: Float64Array): void {
    const { inverse } = this.#view
    const step = (STEPS * this.#pixel) / this.#total
    for (let axis = 0; axis < 2; axis++) {
      const du = (axis === 0 ? this.#ux : this.#uy) * step
      const dv = (axis === 0 ? this.#vx : this.#vy) * step
      const qa = du * inverse[this.a]!
      const qb = dv * inverse[this.b]!
      const qc = -(du + dv) * inverse[this.c]!
      const sum = qa + qb + qc
      const da = qa - this.pa * sum
      const db = qb - this.pb * sum
      const dc = qc - this.pc * sum
      for (let k = 0; k < 2; k++) {
        out[axis * 2 + k] =
          coordinates[this.a * 2 + k]! * da + coordinates[this.b * 2 + k]! * db + coordinates[this.c * 2 + k]! * dc
      }
    }
  }

  #begin(triangle: number): void {
    const { triangles } = this.#mesh
    const { x, y } = this.#view
    const a = triangles[triangle * 3]!
    const b = triangles[triangle * 3 + 1]!
    const c = triangles[triangle * 3 + 2]!
    const area = (x[b]! - x[a]!) * (y[c]! - y[a]!) - (y[b]! - y[a]!) * (x[c]! - x[a]!)
    this.triangle = triangle
    this.a = a
    this.b = b
    this.c = c
    this.side = area < 0 ? 1 : -1
    this.#ux = (y[b]! - y[c]!) / area
    this.#uy = (x[c]! - x[b]!) / area
    this.#vx = (y[c]! - y[a]!) / area
    this.#vy = (x[a]! - x[c]!) / area
  }
}
