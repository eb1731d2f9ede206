// The colour of a splat as seen from a place: its spherical harmonics in the direction of the view.
import type { Vector } from './camera.ts'
import type { Splats } from './ply.ts'
import { evaluate } from './spherical-harmonics.ts'

/** @returns red green blue of a splat, not negative; valid until the next call */
export type ColourOf = (splat: number) => Float64Array

/** Brighter than anything that could still be told apart, and far from infinity. */
const MOST_LIGHT = 1e6

export function colourFrom({ positions, colours, harmonics }: Splats, eye: Vector): ColourOf {
  const out = new Float64Array(3)
  const basis = new Float64Array(15)
  const count = harmonics === undefined ? 0 : harmonics.values.length / colours.length
  return (splat) => {
    for (let k = 0; k < 3; k++) out[k] = colours[splat * 3 + k]!
    if (harmonics !== undefined) {
      const x = positions[splat * 3]! - eye[0]
      const y = positions[splat * 3 + 1]! - eye[1]
      const z = positions[splat * 3 + 2]! - eye[2]
      const length = Math.sqrt(x * x + y * y + z * z)
      evaluate(harmonics.degree, x / length, y / length, z / length, basis)
      const { values } = harmonics
      for (let k = 0, at = splat * count * 3; k < 3; k++) {
        for (let i = 0; i < count; i++, at++) out[k]! += basis[i]! * values[at]!
      }
    }
    for (let k = 0; k < 3; k++) out[k] = Math.min(Math.max(out[k]!, 0), MOST_LIGHT)
    return out
  }
}
