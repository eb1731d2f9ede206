import type { Splats } from './ply.ts'

/** Longest side of the bounding box that a splat cloud is scaled to. */
const EXTENT = 1.5
/** A cloud smaller than this has no size to speak of and is only centred. */
const LEAST_EXTENT = 1e-9

/** Centred on its bounding box, axis by axis, and scaled so that the longest side is 1.5. */
export function normaliseSplats(splats: Splats): Splats {
  const low = [Infinity, Infinity, Infinity]
  const high = [-Infinity, -Infinity, -Infinity]
  for (let i = 0; i < splats.positions.length; i++) {
    const value = splats.positions[i]!
    const axis = i % 3
    if (value < low[axis]!) low[axis] = value
    if (value > high[axis]!) high[axis] = value
  }
  const extent = Math.max(high[0]! - low[0]!, high[1]! - low[1]!, high[2]! - low[2]!)
  const scale = extent > LEAST_EXTENT ? EXTENT / extent : 1
  const centre = low.map((value, axis) => (value + high[axis]!) / 2)
  return {
    ...splats,
    positions: splats.positions.map((value, i) => (value - centre[i % 3]!) * scale),
    covariances: splats.covariances.map((value) => value * scale * scale),
  }
}
