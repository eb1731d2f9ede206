// A texture with its half-size copies, so that distant patterns do not flicker.
import type { Picture } from './decode-image.ts'
import { LINEAR_OF_SRGB } from './srgb.ts'

export interface Level {
  readonly width: number
  readonly height: number
  /** sRGB bytes, three a texel. */
  readonly rgb: Uint8Array
}
/** From the full size down. */
export type Texture = readonly [Level, ...Level[]]

export function textureOf({ width, height, rgba }: Picture): Texture {
  const rgb = new Uint8Array(width * height * 3)
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = rgba[from]!
    rgb[to + 1] = rgba[from + 1]!
    rgb[to + 2] = rgba[from + 2]!
  }
  const levels: [Level, ...Level[]] = [{ width, height, rgb }]
  for (let level = levels[0]; level.width > 1 && level.height > 1; ) {
    level = halved(level)
    levels.push(level)
  }
  return levels
}

function halved({ width, height, rgb }: Level): Level {
  const half = { width: width >> 1, height: height >> 1 }
  const out = new Uint8Array(half.width * half.height * 3)
  for (let y = 0, to = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      const from = (y * 2 * width + x * 2) * 3
      for (let k = from; k < from + 3; k++) {
        out[to++] = (rgb[k]! + rgb[k + 3]! + rgb[k + width * 3]! + rgb[k + width * 3 + 3]! + 2) >> 2
      }
    }
  }
  return { ...half, rgb: out }
}

/** The level with at most about two texels a sample. @param share of the whole texture that one sample covers */
export function levelFor(texture: Texture, share: number): Level {
  let texels = share * texture[0].width * texture[0].height
  let level = 0
  while (texels > 2 && level < texture.length - 1) {
    texels /= 4
    level++
  }
  return texture[level]!
}

/** Bilinear, repeating. @returns `out`: linear red green blue */
export function sampleLevel({ width, height, rgb }: Level, s: number, t: number, out: Float64Array): Float64Array {
  const x = (s - Math.floor(s)) * width - 0.5
  const y = (t - Math.floor(t)) * height - 0.5
  const left = Math.floor(x)
  const top = Math.floor(y)
  const fx = x - left
  const fy = y - top
  const column0 = left < 0 ? width - 1 : left
  const column1 = left + 1 < width ? left + 1 : 0
  const row0 = (top < 0 ? height - 1 : top) * width
  const row1 = (top + 1 < height ? top + 1 : 0) * width
  const at00 = (row0 + column0) * 3
  const at10 = (row0 + column1) * 3
  const at01 = (row1 + column0) * 3
  const at11 = (row1 + column1) * 3
  for (let k = 0; k < 3; k++) {
    const above = LINEAR_OF_SRGB[rgb[at00 + k]!]! * (1 - fx) + LINEAR_OF_SRGB[rgb[at10 + k]!]! * fx
    const below = LINEAR_OF_SRGB[rgb[at01 + k]!]! * (1 - fx) + LINEAR_OF_SRGB[rgb[at11 + k]!]! * fx
    out[k] = above * (1 - fy) + below * fy
  }
  return out
}
