import { RoundkeeperError } from '../errors.ts'
import { decodeImage, ImageProblem, type Picture } from './decode-image.ts'
import { MAX_IMAGE_PIXELS } from './limits.ts'
import { type Preview, pixelsSha256 } from './preview.ts'

/** The digest of a picture's raw pixels, comparable with that of a preview. @throws `refused` for what is no opaque picture */
export const pixelsOf = async (bytes: Uint8Array): Promise<string> => pixelsSha256(await opaquePixels(bytes))

/** @throws `refused` for what is no opaque picture */
export async function opaquePixels(bytes: Uint8Array): Promise<Preview> {
  const { width, height, rgba } = await decoded(bytes)
  const rgb = new Uint8Array(width * height * 3)
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    // What is seen through it would depend on who looks.
    if (rgba[from + 3] !== 255) throw refused('it is not opaque')
    rgb.set(rgba.subarray(from, from + 3), to)
  }
  return { width, height, rgb }
}

async function decoded(bytes: Uint8Array): Promise<Picture> {
  try {
    return await decodeImage(bytes, MAX_IMAGE_PIXELS)
  } catch (error) {
    if (error instanceof ImageProblem) throw refused(error.message)
    throw error
  }
}

const refused = (why: string) =>
  new RoundkeeperError('refused', `the picture cannot be compared: ${why}`, { hint: 'Give an undamaged preview.' })
