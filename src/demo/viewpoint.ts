// How a prompt image was taken, which every miner knows: from 15° above, two units away; its light comes from the
// upper right. Coordinates here: x to the right of the picture, y up, z horizontally towards the viewer.

const COS_ELEVATION = 0.9659258262890683
const SIN_ELEVATION = 0.25881904510252074
const DISTANCE = 2
/** In widths of the picture: the middle three quarters of a view of 49.1°. */
const FOCAL = 1.4594871366
const LIGHT = { x: 0.3114, y: 0.5173, z: 0.7971 }
const AMBIENT = 0.42
const DIFFUSE = 0.72

/** Where a point shows: offsets from the middle of the picture, in widths; `down` runs down. */
export function project(x: number, y: number, z: number): { right: number; down: number } {
  const scale = FOCAL / (DISTANCE - (y * SIN_ELEVATION + z * COS_ELEVATION))
  return { right: x * scale, down: -(y * COS_ELEVATION - z * SIN_ELEVATION) * scale }
}

/** The share of its colour that a surface shows where it faces the viewer's side. */
export function brightness(outward: number, upward: number): number {
  return AMBIENT + DIFFUSE * Math.max(0, LIGHT.y * upward + LIGHT.z * outward)
}
