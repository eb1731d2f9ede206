// Strict reader of 3D Gaussian splats in binary PLY (the layout of the 3DGS reference exporter, SH degree 0 to 3).
// Nothing is allocated before the file is known to hold what its header says.
import { exp } from './elementary.ts'
import { FileFault, problemOf, type Reading } from './file-fault.ts'
import { MAX_LOG_SCALE, MAX_MODEL_BYTES, MAX_SPLATS } from './limits.ts'
import { type PlyHeader, readPlyHeader } from './ply-header.ts'
import { restNames, SH_0, type ShCoefficients, shDegree } from './spherical-harmonics.ts'

export interface Splats {
  readonly count: number
  /** x y z each. */
  readonly positions: Float32Array
  /** The upper triangle xx xy xz yy yz zz each. */
  readonly covariances: Float32Array
  /** 0..1 each. */
  readonly opacities: Float32Array
  /** Display red green blue each, 1 for white, as seen on average; may be negative, may exceed 1. */
  readonly colours: Float32Array
  /** How the colours depend on the direction; undefined for degree 0. */
  readonly harmonics: ShCoefficients | undefined
  /** How many splats were left out because they were not finite or had no orientation. */
  readonly dropped: number
}

const PROPERTIES = [
  ...['x', 'y', 'z', 'opacity', 'scale_0', 'scale_1', 'scale_2'],
  ...['rot_0', 'rot_1', 'rot_2', 'rot_3', 'f_dc_0', 'f_dc_1', 'f_dc_2'],
]
export function readPly(bytes: Uint8Array): Reading<Splats> {
  try {
    return { ok: true, value: parse(bytes) }
  } catch (error) {
    return problemOf(error)
  }
}

function parse(bytes: Uint8Array): Splats {
  if (bytes.length > MAX_MODEL_BYTES) throw new FileFault('limit', `${bytes.length} bytes, at most ${MAX_MODEL_BYTES}`)
  const header = readPlyHeader(bytes)
  const offsets = floatOffsets(header, PROPERTIES)
  const { vertices, stride, start } = header
  if (vertices > MAX_SPLATS) throw new FileFault('limit', `${vertices} splats, at most ${MAX_SPLATS} are drawn`)
  if (start + vertices * stride > bytes.length) {
    throw new FileFault('truncated', `${vertices} splats of ${stride} bytes do not fit into ${bytes.length} bytes`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const positions = new Float32Array(vertices * 3)
  const covariances = new Float32Array(vertices * 6)
  const opacities = new Float32Array(vertices)
  const colours = new Float32Array(vertices * 3)
  const degree = shDegree(header.properties.keys())
  const rest = floatOffsets(header, restNames(degree))
  const harmonics = degree === 0 ? undefined : new Float32Array(vertices * rest.length)
  const value = new Float64Array(PROPERTIES.length)
  let count = 0
  for (let i = 0; i < vertices; i++) {
    const at = start + i * stride
    let sum = 0
    for (let k = 0; k < offsets.length; k++) {
      const number = view.getFloat32(at + offsets[k]!, true)
      value[k] = number
      sum += number
    }
    for (let k = 0; k < rest.length; k++) {
      const number = view.getFloat32(at + rest[k]!, true)
      harmonics![count * rest.length + k] = number
      sum += number
    }
    if (!Number.isFinite(sum) || !covariance(value, covariances, count * 6)) continue
    opacities[count] = 1 / (1 + exp(-value[3]!))
    for (let k = 0; k < 3; k++) {
      positions[count * 3 + k] = value[k]!
      colours[count * 3 + k] = 0.5 + SH_0 * value[11 + k]!
    }
    count++
  }
  if (count === 0) throw new FileFault('empty', 'there is no splat to draw')
  return {
    count,
    positions: positions.subarray(0, count * 3),
    covariances: covariances.subarray(0, count * 6),
    opacities: opacities.subarray(0, count),
    colours: colours.subarray(0, count * 3),
    harmonics: harmonics && { degree, values: harmonics.subarray(0, count * rest.length) },
    dropped: vertices - count,
  }
}

/** @throws FileFault `unsupported` */
function floatOffsets({ properties }: PlyHeader, names: readonly string[]): number[] {
  return names.map((name) => {
    const property = properties.get(name)
    if (property === undefined) throw new FileFault('unsupported', `the vertices have no property ${name}`)
    if (property.type === 'float' || property.type === 'float32') return property.offset
    throw new FileFault('unsupported', `the vertex property ${name} is not a float`)
  })
}

/** Σ = R S Sᵀ Rᵀ from logarithmic scales and a quaternion (w first). @returns false when there is none */
function covariance(value: Float64Array, out: Float32Array, at: number): boolean {
  const s0 = value[4]!
  const s1 = value[5]!
  const s2 = value[6]!
  if (s0 > MAX_LOG_SCALE || s1 > MAX_LOG_SCALE || s2 > MAX_LOG_SCALE) return false
  const w = value[7]!
  const x = value[8]!
  const y = value[9]!
  const z = value[10]!
  const norm = w * w + x * x + y * y + z * z
  if (!(norm > 1e-30)) return false
  const two = 2 / norm
  const e0 = exp(s0)
  const e1 = exp(s1)
  const e2 = exp(s2)
  const a0 = (1 - two * (y * y + z * z)) * e0
  const a1 = two * (x * y - w * z) * e1
  const a2 = two * (x * z + w * y) * e2
  const b0 = two * (x * y + w * z) * e0
  const b1 = (1 - two * (x * x + z * z)) * e1
  const b2 = two * (y * z - w * x) * e2
  const c0 = two * (x * z - w * y) * e0
  const c1 = two * (y * z + w * x) * e1
  const c2 = (1 - two * (x * x + y * y)) * e2
  out[at] = a0 * a0 + a1 * a1 + a2 * a2
  out[at + 1] = a0 * b0 + a1 * b1 + a2 * b2
  out[at + 2] = a0 * c0 + a1 * c1 + a2 * c2
  out[at + 3] = b0 * b0 + b1 * b1 + b2 * b2
  out[at + 4] = b0 * c0 + b1 * c1 + b2 * c2
  out[at + 5] = c0 * c0 + c1 * c1 + c2 * c2
  return true
}
