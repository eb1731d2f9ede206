/** Views that are worse than they were, for everybody who looks: pure, and in whole numbers, so that all machines make the same. */
import type { Preview } from './preview.ts'

/** Share of a view's edge over which a blur takes the mean, to either side. */
const BLUR = 1 / 8
/** How far noise may move a channel, of 255. */
const NOISE = 144

/** The mean over a square around each pixel, twice. */
export function blurred(picture: Preview): Preview {
  const reach = Math.max(1, Math.round(Math.min(picture.width, picture.height) * BLUR))
  let { rgb } = picture
  for (let time = 0; time < 2; time++) rgb = turned(meanInRows(turned(meanInRows(rgb)), picture.height, picture.width))
  return { ...picture, rgb }

  /** Rows of means, one channel of one pixel after another. */
  function meanInRows(from: Uint8Array, width = picture.width, height = picture.height): Uint8Array {
    const to = new Uint8Array(from.length)
    for (let y = 0; y < height; y++) {
      for (let channel = 0; channel < 3; channel++) {
        const at = (x: number) => (y * width + x) * 3 + channel
        let sum = 0
        for (let x = 0; x < Math.min(reach, width); x++) sum += from[at(x)] as number
        for (let x = 0; x < width; x++) {
          if (x + reach < width) sum += from[at(x + reach)] as number
          if (x - reach - 1 >= 0) sum -= from[at(x - reach - 1)] as number
          const count = Math.min(x + reach, width - 1) - Math.max(x - reach, 0) + 1
          to[at(x)] = Math.floor((2 * sum + count) / (2 * count))
        }
      }
    }
    return to
  }

  /** Columns as rows; done twice it is as it was. */
  function turned(from: Uint8Array, width = picture.width, height = picture.height): Uint8Array {
    const to = new Uint8Array(from.length)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [at, put] = [(y * width + x) * 3, (x * height + y) * 3]
        for (let channel = 0; channel < 3; channel++) to[put + channel] = from[at + channel] as number
      }
    }
    return to
  }
}

/** Every channel of every pixel is moved by chance, the same for all pictures: what is decided by a seed is elsewhere. */
export function noisy(picture: Preview): Preview {
  const rgb = Uint8Array.from(picture.rgb, (value, at) => {
    const moved = value + Math.floor(((2 * NOISE + 1) * hash(at)) / 2 ** 32) - NOISE
    return Math.min(255, Math.max(0, moved))
  })
  return { ...picture, rgb }
}

/** Nothing but the colour of its corner. */
export function emptied(picture: Preview): Preview {
  const corner = picture.rgb.subarray(0, 3)
  return { ...picture, rgb: Uint8Array.from(picture.rgb, (_, at) => corner[at % 3] as number) }
}

/** Of a place, from 0 to 2³² - 1: the finaliser of MurmurHash3 (A. Appleby, public domain). */
function hash(at: number): number {
  let h = Math.imul((at + 1) ^ ((at + 1) >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
