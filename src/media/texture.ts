// A texture with its half-size copies (mip levels), made when they are first needed.
import type { Picture } from './decode-image.ts'
import { LINEAR_OF_SRGB, meanOfFour } from './srgb.ts'

/** Four bytes a texel: red green blue opacity. */
export type Level = Picture

/** What bytes mean: colours are stored as sRGB, measures (roughness, normals …) as they are. */
export type Meaning = 'colour' | 'measure'

const LINEAR_OF_MEASURE = Float64Array.from({ length: 256 }, (_, byte) => byte / 255)

export class Texture {
  /** Linear value of a byte of red, green or blue. */
  readonly linear: Float64Array
  /** Of the smallest level, which is one texel wide and high. */
  readonly last: number
  readonly #meaning: Meaning
  readonly #levels: [Level, ...Level[]]

  constructor(picture: Picture, meaning: Meaning) {
    this.linear = meaning === 'colour' ? LINEAR_OF_SRGB : LINEAR_OF_MEASURE
    this.#meaning = meaning
    this.#levels = [picture]
    let last = 0
    for (let edge = Math.max(picture.width, picture.height); edge > 1; edge >>= 1) last++
    this.last = last
  }

  /** @param index 0 for the full size */
  level(index: number): Level {
    for (let known = this.#levels.length; known <= index; known++) {
      this.#levels.push(halved(this.#levels[known - 1]!, this.#meaning))
    }
    return this.#levels[index]!
  }
}

/** Each texel is the mean of four, colours in linear light; odd edges lose their last row or column. */
function halved({ width, height, rgba }: Level, meaning: Meaning): Level {
  const half = { width: Math.max(1, width >> 1), height: Math.max(1, height >> 1) }
  const out = new Uint8Array(half.width * half.height * 4)
  const right = width > 1 ? 4 : 0
  const below = height > 1 ? width * 4 : 0
  const colour = meaning === 'colour'
  for (let y = 0, to = 0; y < half.height; y++) {
    let at = y * 2 * width * 4
    for (let x = 0; x < half.width; x++, at += 8, to += 4) {
      out[to] = colour ? meanOfColours(rgba, at, right, below) : meanOfMeasures(rgba, at, right, below)
      out[to + 1] = colour ? meanOfColours(rgba, at + 1, right, below) : meanOfMeasures(rgba, at + 1, right, below)
      out[to + 2] = colour ? meanOfColours(rgba, at + 2, right, below) : meanOfMeasures(rgba, at + 2, right, below)
      out[to + 3] = meanOfMeasures(rgba, at + 3, right, below)
    }
  }
  return { ...half, rgba: out }
}

/** @param at a byte @param right, below how far from it the bytes beside it are */
function meanOfMeasures(bytes: Uint8Array, at: number, right: number, below: number): number {
  return (bytes[at]! + bytes[at + right]! + bytes[at + below]! + bytes[at + right + below]! + 2) >> 2
}

function meanOfColours(bytes: Uint8Array, at: number, right: number, below: number): number {
  return meanOfFour(bytes[at]!, bytes[at + right]!, bytes[at + below]!, bytes[at + right + below]!)
}
