// PNG, JPEG and WebP to pixels, and nothing else: what a decoder is asked to try is decided by the first bytes.
import sharp from 'sharp'

// Whatever the first bytes let through, the library has nothing else to try: it recognises SVG, GIF, TIFF and more.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: ['VipsForeignLoadPng', 'VipsForeignLoadJpeg', 'VipsForeignLoadWebp'] })

export interface Picture {
  readonly width: number
  readonly height: number
  /** Red, green, blue, opacity: 0..255 each, row by row. */
  readonly rgba: Uint8Array
}

export class ImageProblem extends Error {
  override readonly name = 'ImageProblem'
  readonly tooLarge: boolean

  constructor(message: string, { tooLarge = false, ...options }: ErrorOptions & { readonly tooLarge?: boolean } = {}) {
    super(message, options)
    this.tooLarge = tooLarge
  }
}

/** @throws ImageProblem when it is no such image, is damaged, or has more pixels than that */
export async function decodeImage(bytes: Uint8Array, maxPixels: number): Promise<Picture> {
  if (!isKnown(bytes)) throw new ImageProblem('it is not a PNG, JPEG or WebP image')
  try {
    // 0 would mean any number of pixels.
    const image = sharp(bytes, { limitInputPixels: Math.max(1, maxPixels), failOn: 'error', ignoreIcc: true })
    const { space } = await image.metadata()
    // Its colours would depend on a profile.
    if (space === 'cmyk') throw new ImageProblem('it is a CMYK image')
    const { data, info } = await image
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return { width: info.width, height: info.height, rgba: data }
  } catch (cause) {
    if (cause instanceof ImageProblem) throw cause
    // Ours, not the picture's: how many pixels it may have was decided before.
    if (/\bmemory\b/i.test(String(cause))) throw cause
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new ImageProblem(message, { cause, tooLarge: message.includes('exceeds pixel limit') })
  }
}

function isKnown(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1')
  return head.startsWith('\x89PNG\r\n\x1a\n') || head.startsWith('\xff\xd8\xff') || /^RIFF....WEBP$/s.test(head)
}
