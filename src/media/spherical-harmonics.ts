// Real spherical harmonics up to degree 3, in the order and with the signs of the 3DGS reference
// (constants of Sloan, "Stupid Spherical Harmonics Tricks", 2008).
import { FileFault } from './file-fault.ts'

/** Colours that depend on the direction from which they are seen. */
export interface ShCoefficients {
  readonly degree: ShDegree
  /** For each splat: all of red, then green, then blue; degree 1 first. Degree 0 is elsewhere. */
  readonly values: Float32Array
}
export type ShDegree = 0 | 1 | 2 | 3

/** The constant harmonic, 1 / (2 √π). */
export const SH_0 = 0.28209479177387814
const SH_1 = 0.4886025119029199
const SH_2 = [1.0925484305920792, 0.31539156525252005, 0.5462742152960396] as const
const SH_3 = [0.5900435899266435, 2.890611442640554, 0.4570457994644658, 0.3731763325901154, 1.445305721320277] as const

/** Harmonics beyond the constant one, by degree. */
const COUNTS = [0, 3, 8, 15] as const

/** @returns the names of the properties of that degree, in the order of the reference */
export const restNames = (degree: ShDegree): string[] =>
  Array.from({ length: COUNTS[degree] * 3 }, (_, i) => `f_rest_${i}`)

/** By how many properties are called `f_rest_…`. @throws FileFault `unsupported` */
export function shDegree(names: Iterable<string>): ShDegree {
  let count = 0
  for (const name of names) if (name.startsWith('f_rest_')) count++
  const degree = COUNTS.findIndex((harmonics) => harmonics * 3 === count)
  if (degree >= 0) return degree as ShDegree
  throw new FileFault('unsupported', `${count} properties f_rest_… are of no degree; there can be 0, 9, 24 or 45`)
}

/** The harmonics beyond the constant one in a direction. @param out as many as the degree has */
export function evaluate(degree: ShDegree, x: number, y: number, z: number, out: Float64Array): void {
  if (degree === 0) return
  out[0] = -SH_1 * y
  out[1] = SH_1 * z
  out[2] = -SH_1 * x
  if (degree === 1) return
  const [xx, yy, zz] = [x * x, y * y, z * z]
  out[3] = SH_2[0] * x * y
  out[4] = -SH_2[0] * y * z
  out[5] = SH_2[1] * (2 * zz - xx - yy)
  out[6] = -SH_2[0] * x * z
  out[7] = SH_2[2] * (xx - yy)
  if (degree === 2) return
  out[8] = -SH_3[0] * y * (3 * xx - yy)
  out[9] = SH_3[1] * x * y * z
  out[10] = -SH_3[2] * y * (4 * zz - xx - yy)
  out[11] = SH_3[3] * z * (2 * zz - 3 * xx - 3 * yy)
  out[12] = -SH_3[2] * x * (4 * zz - xx - yy)
  out[13] = SH_3[4] * z * (xx - yy)
  out[14] = -SH_3[0] * x * (xx - 3 * yy)
}
