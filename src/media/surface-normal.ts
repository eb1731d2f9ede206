// Which way a surface looks: the mesh's normals, bent by a normal map.
import type { Fragment } from './fragment.ts'
import type { Mesh } from './mesh.ts'

const LEAST_LENGTH = 1e-6

/** The normal of a place on a mesh, towards the side that is seen. @param out unit x y z */
export function meshNormal({ normals, positions }: Mesh, at: Fragment, out: Float64Array): void {
  let x = at.value(normals, 3, 0)
  let y = at.value(normals, 3, 1)
  let z = at.value(normals, 3, 2)
  if (!(x * x + y * y + z * z > LEAST_LENGTH * LEAST_LENGTH)) {
    const [a, b, c] = [at.a * 3, at.b * 3, at.c * 3]
    const ux = positions[b]! - positions[a]!
    const uy = positions[b + 1]! - positions[a + 1]!
    const uz = positions[b + 2]! - positions[a + 2]!
    const vx = positions[c]! - positions[a]!
    const vy = positions[c + 1]! - positions[a + 1]!
    const vz = positions[c + 2]! - positions[a + 2]!
    x = uy * vz - uz * vy
    y = uz * vx - ux * vz
    z = ux * vy - uy * vx
  }
  const turn = at.side / Math.sqrt(x * x + y * y + z * z)
  // A triangle too thin to have a normal of its own.
  if (!(turn > -Infinity && turn < Infinity)) {
    out[0] = 0
    out[1] = at.side
    out[2] = 0
    return
  }
  out[0] = x * turn
  out[1] = y * turn
  out[2] = z * turn
}

/**
 * Bends a normal as its map says: red along growing u, green along falling v (up in the picture), blue outwards.
 * @param red, green, blue of the map, 0..1 @param normal unit x y z, replaced
 */
export function bend(
  mesh: Mesh,
  at: Fragment,
  coordinates: Float32Array,
  scale: number,
  texel: Float64Array,
  normal: Float64Array,
): void {
  // What stands out at the front is a dent from behind.
  const right = (texel[0]! * 2 - 1) * scale * at.side
  const up = (texel[1]! * 2 - 1) * scale * at.side
  const out = texel[2]! * 2 - 1
  tangentOf(mesh, at, coordinates)
  // Straightened against the normal (Gram-Schmidt).
  const nx = normal[0]!
  const ny = normal[1]!
  const nz = normal[2]!
  const along = nx * tangent.x + ny * tangent.y + nz * tangent.z
  let tx = tangent.x - nx * along
  let ty = tangent.y - ny * along
  let tz = tangent.z - nz * along
  const length = Math.sqrt(tx * tx + ty * ty + tz * tz)
  if (!(length > LEAST_LENGTH)) return
  tx /= length
  ty /= length
  tz /= length
  const w = tangent.hand * at.side
  const bx = (ny * tz - nz * ty) * w
  const by = (nz * tx - nx * tz) * w
  const bz = (nx * ty - ny * tx) * w
  const x = tx * right + bx * up + nx * out
  const y = ty * right + by * up + ny * out
  const z = tz * right + bz * up + nz * out
  const size = Math.sqrt(x * x + y * y + z * z)
  if (!(size > LEAST_LENGTH)) return
  normal[0] = x / size
  normal[1] = y / size
  normal[2] = z / size
}

const tangent = { x: 0, y: 0, z: 0, hand: 1 }

/** The file's own, or the direction in which u grows over the triangle; 0 where it does not. */
function tangentOf({ tangents, positions }: Mesh, at: Fragment, coordinates: Float32Array): void {
  if (tangents !== undefined && tangents[at.a * 4 + 3] !== 0) {
    tangent.x = at.value(tangents, 4, 0)
    tangent.y = at.value(tangents, 4, 1)
    tangent.z = at.value(tangents, 4, 2)
    tangent.hand = tangents[at.a * 4 + 3]!
    return
  }
  const { a, b, c } = at
  const u1 = coordinates[b * 2]! - coordinates[a * 2]!
  const v1 = coordinates[b * 2 + 1]! - coordinates[a * 2 + 1]!
  const u2 = coordinates[c * 2]! - coordinates[a * 2]!
  const v2 = coordinates[c * 2 + 1]! - coordinates[a * 2 + 1]!
  const area = u1 * v2 - u2 * v1
  const mirrored = area < 0 ? -1 : 1
  const edge = (k: number) =>
    ((positions[b * 3 + k]! - positions[a * 3 + k]!) * v2 - (positions[c * 3 + k]! - positions[a * 3 + k]!) * v1) *
    mirrored
  const x = edge(0)
  const y = edge(1)
  const z = edge(2)
  const length = Math.sqrt(x * x + y * y + z * z)
  const unit = length > 0 ? 1 / length : 0
  tangent.x = x * unit
  tangent.y = y * unit
  tangent.z = z * unit
  // v runs down: an unmirrored picture has its right, its up and the normal as a right-handed frame.
  tangent.hand = -mirrored
}
