// PNG, JPEG and WebP to pixels, and nothing else: what a decoder is asked to try is decided by the first bytes.
import sharp from 'sharp'

export interface Picture {
  readonly width: number
  readonly height: number
  /** Red, green, blue, opacity: 0..255 each, row by row. */
  readonly rgba: Uint8Array
}

export class ImageProblem extends Error {
  override readonly name = 'ImageProblem'
}

/** @throws ImageProblem when it is no such image, is damaged, or has more pixels than that */
export async function decodeImage(bytes: Uint8Array, maxPixels: number): Promise<Picture> {
  if (!isKnown(bytes)) throw new ImageProblem('it is not a PNG, JPEG or WebP image')
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error', ignoreIcc: true })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return { width: info.width, height: info.height, rgba: data }
  } catch (cause) {
    // Ours, not the picture's: how many pixels it may have was decided before.
    if (/\bmemory\b/i.test(String(cause))) throw cause
    throw new ImageProblem(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

function isKnown(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1')
  return head.startsWith('\x89PNG\r\n\x1a\n') || head.startsWith('\xff\xd8\xff') || /^RIFF....WEBP$/s.test(head)
}
