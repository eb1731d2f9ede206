// Affine transforms as twelve numbers: the columns of the linear part, then the translation.
import { type Json, numbers } from './json.ts'

export type Transform = readonly number[]

export const IDENTITY: Transform = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]

/** What a glTF node says about itself: a matrix, or translation, rotation and scale. @throws FileFault `format` */
export function nodeTransform(node: Json, where: string): Transform {
  if (node.matrix !== undefined) {
    const m = numbers(node.matrix, `${where}.matrix`, new Array<number>(16).fill(0))
    return m.filter((_, i) => i % 4 !== 3)
  }
  const [tx, ty, tz] = numbers(node.translation, `${where}.translation`, [0, 0, 0]) as [number, number, number]
  const [x, y, z, w] = numbers(node.rotation, `${where}.rotation`, [0, 0, 0, 1]) as [number, number, number, number]
  const [sx, sy, sz] = numbers(node.scale, `${where}.scale`, [1, 1, 1]) as [number, number, number]
  const norm = x * x + y * y + z * z + w * w
  const two = norm > 0 ? 2 / norm : 0
  return [
    ...[(1 - two * (y * y + z * z)) * sx, two * (x * y + w * z) * sx, two * (x * z - w * y) * sx],
    ...[two * (x * y - w * z) * sy, (1 - two * (x * x + z * z)) * sy, two * (y * z + w * x) * sy],
    ...[two * (x * z + w * y) * sz, two * (y * z - w * x) * sz, (1 - two * (x * x + y * y)) * sz],
    ...[tx, ty, tz],
  ]
}

/** First `inner`, then `outer`. */
export function compose(outer: Transform, inner: Transform): Transform {
  return Array.from({ length: 12 }, (_, i) => {
    const row = i % 3
    const column = i - row
    const sum =
      outer[row]! * inner[column]! + outer[row + 3]! * inner[column + 1]! + outer[row + 6]! * inner[column + 2]!
    return column === 9 ? sum + outer[row + 9]! : sum
  })
}

/** Cofactors of the linear part: they carry normals, up to length; negative determinants mirror. */
export function normalTransform(m: Transform): { readonly cofactors: Transform; readonly mirrors: boolean } {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = m
  const cofactors = [
    ...[e * i - f * h, f * g - d * i, d * h - e * g],
    ...[c * h - b * i, a * i - c * g, b * g - a * h],
    ...[b * f - c * e, c * d - a * f, a * e - b * d],
  ]
  const determinant = a * cofactors[0]! + b * cofactors[1]! + c * cofactors[2]!
  return { cofactors: determinant < 0 ? cofactors.map((n) => -n) : cofactors, mirrors: determinant < 0 }
}
