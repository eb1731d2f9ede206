/** Small pictures whose likeness nobody doubts: a red disc, previews of one, and of a blue square. */
import { composePreview, encodePng, type Preview } from '../media/preview.ts'

const EDGE = 96
const WHITE = [255, 255, 255]

type Shape = (x: number, y: number) => readonly number[] | undefined

const disc: Shape = (x, y) => (x * x + y * y < 0.4 ? [200, 30, 30] : undefined)
const square: Shape = (x, y) => (Math.max(Math.abs(x), Math.abs(y)) < 0.25 ? [30, 60, 200] : undefined)

function drawn(shape: Shape): Preview {
  const rgb = new Uint8Array(EDGE * EDGE * 3)
  for (let y = 0; y < EDGE; y++)
    for (let x = 0; x < EDGE; x++) {
      const at = (pixel: number) => (2 * pixel + 1) / EDGE - 1
      rgb.set(shape(at(x), at(y)) ?? WHITE, (y * EDGE + x) * 3)
    }
  return { width: EDGE, height: EDGE, rgb }
}

const previewOf = (shape: Shape) => {
  const { rgb } = drawn(shape)
  return encodePng(composePreview([rgb, rgb, rgb, rgb], EDGE))
}

export interface SamplePictures {
  readonly prompt: Uint8Array
  readonly right: Uint8Array
  readonly wrong: Uint8Array
}

export async function samplePictures(): Promise<SamplePictures> {
  const [prompt, right, wrong] = await Promise.all([encodePng(drawn(disc)), previewOf(disc), previewOf(square)])
  return { prompt, right, wrong }
}
