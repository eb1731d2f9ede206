// EWA projection (Zwicker et al. 2001, as in 3D Gaussian splatting): each splat becomes an ellipse on the screen.
import type { Camera } from './camera.ts'
import { ln } from './elementary.ts'
import type { Splats } from './ply.ts'

/** What is in front of the camera; a splat's own number is `splat[i]`. */
export interface Ellipses {
  readonly count: number
  readonly splat: Uint32Array
  readonly depth: Float32Array
  /** `FIELDS` numbers each: centre x y (pixels), conic a b c, reach. A point d is inside if dᵀ·conic·d < reach. */
  readonly shape: Float64Array
}
export const FIELDS = 6

const NEAR = 0.01
const FAR = 100
/** Low-pass filter: every splat covers about a pixel (3DGS adds 0.3 to the screen-space variance). */
const DILATION = 0.3
/** The linearisation is evaluated at most this far outside the view, as in 3DGS. */
const GUARD = 1.3
/** A contribution below this is invisible in 8 bits. */
const LEAST_ALPHA = 1 / 255

export function projectSplats(splats: Splats, camera: Camera): Ellipses {
  const { positions, covariances, opacities } = splats
  const { eye, right, up, forward, focal, size } = camera
  const splat = new Uint32Array(splats.count)
  const depth = new Float32Array(splats.count)
  const shape = new Float64Array(splats.count * FIELDS)
  const limit = (size / 2 / focal) * GUARD
  const clamp = (slope: number) => (slope > limit ? limit : Math.max(slope, -limit))
  let count = 0
  for (let i = 0; i < splats.count; i++) {
    const alpha = opacities[i]!
    if (!(alpha > LEAST_ALPHA)) continue
    const x = positions[i * 3]! - eye[0]
    const y = positions[i * 3 + 1]! - eye[1]
    const z = positions[i * 3 + 2]! - eye[2]
    const distance = forward[0] * x + forward[1] * y + forward[2] * z
    if (!(distance > NEAR && distance < FAR)) continue
    const slopeX = (right[0] * x + right[1] * y + right[2] * z) / distance
    const slopeY = -(up[0] * x + up[1] * y + up[2] * z) / distance

    // Rows of the Jacobian of the projection times the rotation of the camera.
    const k = focal / distance
    const kx = k * clamp(slopeX)
    const ky = k * clamp(slopeY)
    const p0 = k * right[0] - kx * forward[0]
    const p1 = k * right[1] - kx * forward[1]
    const p2 = k * right[2] - kx * forward[2]
    const q0 = -k * up[0] - ky * forward[0]
    const q1 = -k * up[1] - ky * forward[1]
    const q2 = -k * up[2] - ky * forward[2]
    const c = i * 6
    const xx = covariances[c]!
    const xy = covariances[c + 1]!
    const xz = covariances[c + 2]!
    const yy = covariances[c + 3]!
    const yz = covariances[c + 4]!
    const zz = covariances[c + 5]!
    const u0 = xx * p0 + xy * p1 + xz * p2
    const u1 = xy * p0 + yy * p1 + yz * p2
    const u2 = xz * p0 + yz * p1 + zz * p2
    const A = p0 * u0 + p1 * u1 + p2 * u2 + DILATION
    const B = q0 * u0 + q1 * u1 + q2 * u2
    const C =
      q0 * (xx * q0 + xy * q1 + xz * q2) +
      q1 * (xy * q0 + yy * q1 + yz * q2) +
      q2 * (xz * q0 + yz * q1 + zz * q2) +
      DILATION
    const determinant = A * C - B * B
    if (!(determinant > 0 && determinant < Infinity)) continue

    const reach = 2 * ln(alpha / LEAST_ALPHA)
    const centreX = size / 2 + focal * slopeX
    const centreY = size / 2 + focal * slopeY
    const halfWidth = Math.sqrt(reach * A)
    const halfHeight = Math.sqrt(reach * C)
    if (centreX + halfWidth < 0 || centreX - halfWidth > size) continue
    if (centreY + halfHeight < 0 || centreY - halfHeight > size) continue
    splat[count] = i
    depth[count] = distance
    const at = count * FIELDS
    shape[at] = centreX
    shape[at + 1] = centreY
    shape[at + 2] = C / determinant
    shape[at + 3] = -B / determinant
    shape[at + 4] = A / determinant
    shape[at + 5] = reach
    count++
  }
  return { count, splat, depth: depth.subarray(0, count), shape }
}
