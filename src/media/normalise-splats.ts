import type { Splats } from './ply.ts'

/** Longest side of the bounding box that a splat cloud is scaled to. */
const EXTENT = 1.5
/** A cloud smaller than this has no size to speak of and is only centred. */
const LEAST_EXTENT = 1e-9

/** Centred on its bounding box, axis by axis, and scaled so that the longest side is 1.5. */
export function normaliseSplats(splats: Splats): Splats {
  const { low, high, scale } = boundsOf(splats)
  const centre = low.map((value, axis) => (value + high[axis]!) / 2)
  return moved(splats, centre, scale)
}

/**
 * As the original does it: every axis is moved by the mean of all coordinates of all axes, opacity is divided by the
 * scale, and colours do not depend on the direction.
 */
export function normaliseAsOriginal(splats: Splats): Splats {
  const { scale } = boundsOf(splats)
  let sum = 0
  for (let i = 0; i < splats.positions.length; i++) sum += splats.positions[i]!
  const mean = sum / splats.positions.length
  return {
    ...moved(splats, [mean, mean, mean], scale),
    opacities: splats.opacities.map((opacity) => Math.min(opacity / scale, 1)),
    harmonics: undefined,
  }
}

function boundsOf({ positions }: Splats) {
  const low = [Infinity, Infinity, Infinity]
  const high = [-Infinity, -Infinity, -Infinity]
  for (let i = 0; i < positions.length; i++) {
    const value = positions[i]!
    const axis = i % 3
    if (value < low[axis]!) low[axis] = value
    if (value > high[axis]!) high[axis] = value
  }
  const extent = Math.max(high[0]! - low[0]!, high[1]! - low[1]!, high[2]! - low[2]!)
  return { low, high, scale: extent > LEAST_EXTENT ? EXTENT / extent : 1 }
}

function moved(splats: Splats, centre: readonly number[], scale: number): Splats {
  const [x = 0, y = 0, z = 0] = centre
  const positions = splats.positions.slice()
  for (let i = 0; i < positions.length; i += 3) {
    positions[i] = (positions[i]! - x) * scale
    positions[i + 1] = (positions[i + 1]! - y) * scale
    positions[i + 2] = (positions[i + 2]! - z) * scale
  }
  const covariances = splats.covariances.slice()
  for (let i = 0; i < covariances.length; i++) covariances[i] = covariances[i]! * scale * scale
  return { ...splats, positions, covariances }
}
