import { RoundkeeperError } from '../errors.ts'
import { decodeImage, ImageProblem, type Picture } from './decode-image.ts'
import { MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS } from './limits.ts'

/** @param what for errors: which picture it is @throws `refused` when it is no picture, or too large a one */
export async function openPicture(bytes: Uint8Array, what: string): Promise<Picture> {
  try {
    if (bytes.length > MAX_IMAGE_BYTES) throw new ImageProblem('it is too large')
    return await decodeImage(bytes, MAX_IMAGE_PIXELS)
  } catch (error) {
    if (!(error instanceof ImageProblem)) throw error
    throw new RoundkeeperError('refused', `${what} cannot be decoded: ${error.message}`, {
      where: what,
      hint: 'Give an undamaged PNG, JPEG or WebP image of at most 16 million pixels.',
      cause: error,
    })
  }
}
