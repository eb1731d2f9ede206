// How a material looks into a texture: which coordinates, moved how, and what is between and beyond the texels.
// The level of detail follows the footprint of a pixel; between levels and texels everything is linear.
import type { Level, Texture } from './texture.ts'

export type Wrap = 'repeat' | 'mirror' | 'clamp'

export interface Sampler {
  readonly wrapS: Wrap
  readonly wrapT: Wrap
  /** Whether texels stay sharp squares when they are larger than a pixel, and when they are smaller. */
  readonly nearestLarge: boolean
  readonly nearestSmall: boolean
  /** Which half-size copies are used for texels smaller than a pixel. */
  readonly levels: 'full' | 'nearest' | 'between'
}

export interface TextureMap {
  readonly texture: Texture
  readonly sampler: Sampler
  /** Which set of the mesh's coordinates. */
  readonly set: 0 | 1
  /** s = m0·u + m1·v + m2, t = m3·u + m4·v + m5; the coordinates as they are, when undefined. */
  readonly transform: readonly number[] | undefined
}

/** √2 - 1: halfway to the next level. */
const HALFWAY = 0.41421356237309503

/**
 * @param s, t untransformed coordinates @param footprint how they change from pixel to pixel: ds/dx dt/dx ds/dy dt/dy
 * @param out linear red green blue (or the measures there), and opacity, 0..1 each
 */
export function lookUp(map: TextureMap, s: number, t: number, footprint: Float64Array, out: Float64Array): void {
  let sx = footprint[0]!
  let tx = footprint[1]!
  let sy = footprint[2]!
  let ty = footprint[3]!
  let u = s
  let v = t
  const m = map.transform
  if (m !== undefined) {
    u = m[0]! * s + m[1]! * t + m[2]!
    v = m[3]! * s + m[4]! * t + m[5]!
    sx = m[0]! * footprint[0]! + m[1]! * footprint[1]!
    tx = m[3]! * footprint[0]! + m[4]! * footprint[1]!
    sy = m[0]! * footprint[2]! + m[1]! * footprint[3]!
    ty = m[3]! * footprint[2]! + m[4]! * footprint[3]!
  }
  // Beyond this there is no fraction left to tell texels apart.
  if (!(u > -1e9 && u < 1e9)) u = 0
  if (!(v > -1e9 && v < 1e9)) v = 0
  const { texture, sampler } = map
  const full = texture.level(0)
  const w2 = full.width * full.width
  const h2 = full.height * full.height
  /** Square of the texels that a pixel covers along its longer side. */
  let span = Math.max(sx * sx * w2 + tx * tx * h2, sy * sy * w2 + ty * ty * h2)
  const large = !(span > 1)
  const nearest = large ? sampler.nearestLarge : sampler.nearestSmall
  if (large || sampler.levels === 'full') {
    sampleLevel(full, texture, sampler, nearest, u, v, 1, out, false)
    return
  }
  let index = 0
  while (span >= 4 && index < texture.last) {
    span /= 4
    index++
  }
  const between = index === texture.last ? 0 : Math.min(Math.sqrt(span) - 1, 1)
  if (sampler.levels === 'nearest') {
    const level = texture.level(between > HALFWAY ? index + 1 : index)
    sampleLevel(level, texture, sampler, nearest, u, v, 1, out, false)
    return
  }
  sampleLevel(texture.level(index), texture, sampler, nearest, u, v, 1 - between, out, false)
  if (between > 0) sampleLevel(texture.level(index + 1), texture, sampler, nearest, u, v, between, out, true)
}

/** Sets `out` to the colour there times `weight`, or adds that to it. */
function sampleLevel(
  { width, height, rgba }: Level,
  { linear }: Texture,
  { wrapS, wrapT }: Sampler,
  nearest: boolean,
  s: number,
  t: number,
  weight: number,
  out: Float64Array,
  add: boolean,
): void {
  const x = nearest ? s * width : s * width - 0.5
  const y = nearest ? t * height : t * height - 0.5
  const left = Math.floor(x)
  const top = Math.floor(y)
  const fx = nearest ? 0 : x - left
  const fy = nearest ? 0 : y - top
  const column0 = wrapped(left, width, wrapS)
  const column1 = wrapped(left + 1, width, wrapS)
  const row0 = wrapped(top, height, wrapT) * width
  const row1 = wrapped(top + 1, height, wrapT) * width
  const at00 = (row0 + column0) * 4
  const at10 = (row0 + column1) * 4
  const at01 = (row1 + column0) * 4
  const at11 = (row1 + column1) * 4
  const w00 = (1 - fx) * (1 - fy) * weight
  const w10 = fx * (1 - fy) * weight
  const w01 = (1 - fx) * fy * weight
  const w11 = fx * fy * weight
  const red =
    linear[rgba[at00]!]! * w00 + linear[rgba[at10]!]! * w10 + linear[rgba[at01]!]! * w01 + linear[rgba[at11]!]! * w11
  const green =
    linear[rgba[at00 + 1]!]! * w00 +
    linear[rgba[at10 + 1]!]! * w10 +
    linear[rgba[at01 + 1]!]! * w01 +
    linear[rgba[at11 + 1]!]! * w11
  const blue =
    linear[rgba[at00 + 2]!]! * w00 +
    linear[rgba[at10 + 2]!]! * w10 +
    linear[rgba[at01 + 2]!]! * w01 +
    linear[rgba[at11 + 2]!]! * w11
  const opacity = (rgba[at00 + 3]! * w00 + rgba[at10 + 3]! * w10 + rgba[at01 + 3]! * w01 + rgba[at11 + 3]! * w11) / 255
  out[0] = add ? out[0]! + red : red
  out[1] = add ? out[1]! + green : green
  out[2] = add ? out[2]! + blue : blue
  out[3] = add ? out[3]! + opacity : opacity
}

function wrapped(i: number, n: number, wrap: Wrap): number {
  if (i >= 0 && i < n) return i
  if (wrap === 'clamp') return i < 0 ? 0 : n - 1
  const period = wrap === 'mirror' ? 2 * n : n
  const rest = i % period
  const place = rest < 0 ? rest + period : rest
  return place < n ? place : period - 1 - place
}
