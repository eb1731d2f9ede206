// Which triangle each sample of a view shows: corners snapped to 1/256 sample, integer edge functions with the
// top-left rule (a sample on a shared edge belongs to one triangle), depth as 1/distance.
import type { Camera } from './camera.ts'
import type { Mesh } from './mesh.ts'
import type { WorkBudget } from './work-budget.ts'

/** The corners of a mesh as seen from a camera, by vertex. */
export interface Projection {
  /** Samples across and down. */
  readonly size: number
  /** Position in 1/256 samples, and 1/distance along the view. */
  readonly x: Float64Array
  readonly y: Float64Array
  readonly inverse: Float64Array
}

export interface Visibility extends Projection {
  /** The triangle seen by each sample, -1 for none; what is seen through does not count. */
  readonly triangle: Int32Array
  /** 1/distance of what each sample sees, 0 for nothing. */
  readonly nearest: Float32Array
}

/** Whether a triangle really covers a sample that it is in front of. */
export type Hit = (triangle: number, sampleX: number, sampleY: number) => boolean

/** Subsample steps; half of them lead to the centre of a sample. */
export const STEPS = 256
const HALF = STEPS / 2
/** Work of setting up a triangle, in samples. */
const TRIANGLE_WORK = 8

export function startView(mesh: Mesh, camera: Camera): Visibility {
  const { size } = camera
  return {
    size,
    ...project(mesh, camera),
    triangle: new Int32Array(size * size).fill(-1),
    nearest: new Float32Array(size * size),
  }
}

/**
 * Lays triangles over a view, one after another; of equally near ones the first stays.
 * @param hits decides about each sample of triangles whose material is not opaque @throws FileFault `work_budget`
 */
export function cover(mesh: Mesh, view: Visibility, order: Uint32Array, hits: Hit, budget: WorkBudget): void {
  const { size, x, y, inverse, nearest, triangle: seen } = view
  const { triangles, materialOf, materials } = mesh
  const certain = Uint8Array.from(materials, ({ alpha }) => (alpha === 'opaque' ? 1 : 0))
  const twoSided = Uint8Array.from(materials, ({ doubleSided }) => (doubleSided ? 1 : 0))
  for (let i = 0; i < order.length; i++) {
    const triangle = order[i]!
    const material = materialOf[triangle]!
    const a = triangles[triangle * 3]!
    let b = triangles[triangle * 3 + 1]!
    let c = triangles[triangle * 3 + 2]!
    budget.spend(TRIANGLE_WORK)
    const ax = x[a]!
    const ay = y[a]!
    let bx = x[b]!
    let by = y[b]!
    let cx = x[c]!
    let cy = y[c]!
    // Twice the signed area; y runs down, so that the front is negative.
    let area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    if (area === 0) continue
    if (area > 0) {
      if (twoSided[material] === 0) continue
      const [other, otherX, otherY] = [b, bx, by]
      b = c
      bx = cx
      by = cy
      c = other
      cx = otherX
      cy = otherY
      area = -area
    }
    const left = Math.max(0, Math.ceil((Math.min(ax, bx, cx) - HALF) / STEPS))
    const right = Math.min(size - 1, Math.floor((Math.max(ax, bx, cx) - HALF) / STEPS))
    const top = Math.max(0, Math.ceil((Math.min(ay, by, cy) - HALF) / STEPS))
    const bottom = Math.min(size - 1, Math.floor((Math.max(ay, by, cy) - HALF) / STEPS))
    if (left > right || top > bottom) continue
    budget.spend((right - left + 1) * (bottom - top + 1))

    // Each edge function is positive inside; what lies on a top or left edge counts as inside.
    const uX = cy - by
    const uY = bx - cx
    const vX = ay - cy
    const vY = cx - ax
    const wX = by - ay
    const wY = ax - bx
    const px = left * STEPS + HALF
    const py = top * STEPS + HALF
    const leastU = topLeft(uX, uY) ? 0 : 1
    const leastV = topLeft(vX, vY) ? 0 : 1
    const leastW = topLeft(wX, wY) ? 0 : 1
    let uRow = uX * (px - bx) + uY * (py - by)
    let vRow = vX * (px - cx) + vY * (py - cy)
    let wRow = wX * (px - ax) + wY * (py - ay)
    const da = inverse[a]! / -area
    const db = inverse[b]! / -area
    const dc = inverse[c]! / -area
    for (let row = top; row <= bottom; row++) {
      let u = uRow
      let v = vRow
      let w = wRow
      for (let sample = row * size + left, end = row * size + right; sample <= end; sample++) {
        if (u >= leastU && v >= leastV && w >= leastW) {
          const depth = u * da + v * db + w * dc
          if (depth > nearest[sample]! && (certain[material] === 1 || hits(triangle, sample - row * size, row))) {
            nearest[sample] = depth
            seen[sample] = triangle
          }
        }
        u += uX * STEPS
        v += vX * STEPS
        w += wX * STEPS
      }
      uRow += uY * STEPS
      vRow += vY * STEPS
      wRow += wY * STEPS
    }
  }
}

const topLeft = (dx: number, dy: number) => dx > 0 || (dx === 0 && dy > 0)

function project({ positions }: Mesh, { eye, right, up, forward, focal, size }: Camera) {
  const count = positions.length / 3
  const x = new Float64Array(count)
  const y = new Float64Array(count)
  const inverse = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const dx = positions[i * 3]! - eye[0]
    const dy = positions[i * 3 + 1]! - eye[1]
    const dz = positions[i * 3 + 2]! - eye[2]
    const scale = 1 / (forward[0] * dx + forward[1] * dy + forward[2] * dz)
    const across = right[0] * dx + right[1] * dy + right[2] * dz
    const above = up[0] * dx + up[1] * dy + up[2] * dz
    x[i] = Math.floor((size / 2 + focal * across * scale) * STEPS + 0.5)
    y[i] = Math.floor((size / 2 - focal * above * scale) * STEPS + 0.5)
    inverse[i] = scale
  }
  return { x, y, inverse }
}
