// The four fixed views of a preview: azimuths 24°, 120°, 216°, 312°, from 15° above the horizon, +Y up.
// Sines and cosines are literals, so that no picture depends on a machine's trigonometry.

export interface Camera {
  /** Position; it looks at the origin. */
  readonly eye: Vector
  readonly right: Vector
  readonly up: Vector
  readonly forward: Vector
  /** Focal length in pixels. */
  readonly focal: number
  /** Width and height of the view in pixels. */
  readonly size: number
}
export type Vector = readonly [x: number, y: number, z: number]

const AZIMUTHS = [
  { cos: 0.9135454576426009, sin: 0.4067366430758002 },
  { cos: -0.5, sin: 0.8660254037844386 },
  { cos: -0.8090169943749475, sin: -0.5877852522924731 },
  { cos: 0.6691306063588582, sin: -0.7431448254773942 },
]
const COS_ELEVATION = 0.9659258262890683
const SIN_ELEVATION = 0.25881904510252074
/** Of half the vertical field of view, 49.1°. */
const TAN_HALF_FOV = 0.45678058031918056

/** In the order of the grid: top left, top right, bottom left, bottom right. */
export function cameras(radius: number, size: number): Camera[] {
  return AZIMUTHS.map(({ cos, sin }) => {
    const out = [COS_ELEVATION * sin, SIN_ELEVATION, COS_ELEVATION * cos] as const
    return {
      eye: [radius * out[0], radius * out[1], radius * out[2]],
      right: [cos, 0, -sin],
      up: [-SIN_ELEVATION * sin, COS_ELEVATION, -SIN_ELEVATION * cos],
      forward: [-out[0], -out[1], -out[2]],
      focal: size / 2 / TAN_HALF_FOV,
      size,
    }
  })
}
