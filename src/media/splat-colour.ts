// The colour of a splat as seen from a place: its spherical harmonics in the direction of the view.
import type { Vector } from './camera.ts'
import type { Splats } from './ply.ts'
import { evaluate } from './spherical-harmonics.ts'
import type { SplatBatch } from './splat-batch.ts'

/** Brighter than anything that could still be told apart, and far from infinity. */
const MOST_LIGHT = 1e6

// A class and no closure: code that V8 has compiled for one closure is thrown away with it, after every view.
export class SplatColour {
  /** Of the last splat; not negative. */
  red = 0
  green = 0
  blue = 0
  readonly #splats: Splats
  readonly #eye: Vector
  readonly #basis = new Float64Array(15)

  constructor(splats: Splats, eye: Vector) {
    this.#splats = splats
    this.#eye = eye
  }

  /** @param i of the batch */
  look({ colours, splat }: SplatBatch, i: number): void {
    const { harmonics } = this.#splats
    this.red = colours[i * 3]!
    this.green = colours[i * 3 + 1]!
    this.blue = colours[i * 3 + 2]!
    if (harmonics !== undefined) this.#addHarmonics(splat[i]!, harmonics)
    this.red = Math.min(Math.max(this.red, 0), MOST_LIGHT)
    this.green = Math.min(Math.max(this.green, 0), MOST_LIGHT)
    this.blue = Math.min(Math.max(this.blue, 0), MOST_LIGHT)
  }

  #addHarmonics(splat: number, { degree, values }: NonNullable<Splats['harmonics']>): void {
    const { positions, colours } = this.#splats
    const basis = this.#basis
    const x = positions[splat * 3]! - this.#eye[0]
    const y = positions[splat * 3 + 1]! - this.#eye[1]
    const z = positions[splat * 3 + 2]! - this.#eye[2]
    const length = Math.sqrt(x * x + y * y + z * z)
    evaluate(degree, x / length, y / length, z / length, basis)
    const count = values.length / colours.length
    const red = splat * count * 3
    const green = red + count
    const blue = green + count
    for (let i = 0; i < count; i++) {
      this.red += basis[i]! * values[red + i]!
      this.green += basis[i]! * values[green + i]!
      this.blue += basis[i]! * values[blue + i]!
    }
  }
}
