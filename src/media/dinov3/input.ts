import type { Picture } from '../decode-image.ts'
import { resizeToSquare } from './resize.ts'

/** Edge of the picture that the network sees, in pixels. */
export const INPUT_SIZE = 224

/** Of ImageNet, by channel. */
const MEAN = [0.485, 0.456, 0.406] as const
const DEVIATION = [0.229, 0.224, 0.225] as const

/**
 * What the stock processor of `facebook/dinov3-vits16-pretrain-lvd1689m` makes of a picture: the whole of it, as RGB, scaled to
 * a square, as fractions of 255 less the mean, in units of the deviation.
 * @returns `pixel_values` of shape 1 × 3 × 224 × 224
 */
export function networkInput(picture: Picture): Float32Array {
  const pixels = INPUT_SIZE * INPUT_SIZE
  const out = new Float32Array(3 * pixels)
  for (const [channel, plane] of resizeToSquare(picture, INPUT_SIZE).entries()) {
    for (let i = 0; i < pixels; i++) {
      out[channel * pixels + i] = (plane[i]! / 255 - MEAN[channel]!) / DEVIATION[channel]!
    }
  }
  return out
}
