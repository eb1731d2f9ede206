// A picture to look at, of a model or of an image file.

import { RoundkeeperError } from '../errors.ts'
import { decodeImage, ImageProblem } from './decode-image.ts'
import { guideOf } from './file-fault-guide.ts'
import { MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS, MAX_MODEL_BYTES } from './limits.ts'
import { readModelFile } from './model-file.ts'
import { kindByBytes, kindByName } from './model-kind.ts'
import { type Preview, pixelsSha256 } from './preview.ts'
import type { ModelKind, Renderer, Rendering } from './renderer.ts'

export interface Look {
  /** An encoded image. */
  readonly image: Uint8Array
  /** Absent for an image, which nobody drew. */
  readonly rendering: Extract<Rendering, { ok: true }> | undefined
}

/**
 * Draws a model; takes an image as it is.
 * @throws `not-found`, `refused` for a file that a competition would refuse, `unavailable` when drawing fails
 */
export async function lookAt(path: string, renderer: Renderer, size: number, signal: AbortSignal): Promise<Look> {
  const { bytes, size: length } = await readModelFile(path)
  if (bytes === undefined) throw refused(path, 'limit', `${length} bytes, at most ${MAX_MODEL_BYTES} are taken`)
  const kind = kindByName(path) ?? kindByBytes(bytes)
  if (kind === undefined) return { image: bytes, rendering: undefined }
  return draw(path, kind, bytes, renderer, size, signal)
}

async function draw(
  path: string,
  kind: ModelKind,
  bytes: Uint8Array,
  renderer: Renderer,
  size: number,
  signal: AbortSignal,
): Promise<Look> {
  const rendering = await renderer.render(kind, bytes, size, signal)
  if (rendering.ok) return { image: rendering.png, rendering }
  if (rendering.fault === 'file') throw refused(path, rendering.code, rendering.detail)
  throw new RoundkeeperError('unavailable', `${path} could not be drawn: ${rendering.detail}`, {
    where: path,
    hint: 'This is no fault of the file: try again.',
  })
}

/** Pixels over white, as they are seen on a page. @throws `refused` for what is no image */
export async function visiblePixels(path: string, image: Uint8Array): Promise<Preview> {
  try {
    if (image.length > MAX_IMAGE_BYTES) throw new ImageProblem('it is too large')
    const { width, height, rgba } = await decodeImage(image, MAX_IMAGE_PIXELS)
    const rgb = new Uint8Array(width * height * 3)
    for (let from = 0, to = 0; from < rgba.length; from += 4) {
      const opacity = rgba[from + 3]!
      for (let k = 0; k < 3; k++) rgb[to++] = Math.round((rgba[from + k]! * opacity + 255 * (255 - opacity)) / 255)
    }
    return { width, height, rgb }
  } catch (error) {
    if (!(error instanceof ImageProblem)) throw error
    throw new RoundkeeperError('refused', `${path} cannot be looked at: ${error.message}`, {
      where: path,
      hint: 'Name a .glb or .ply model, or a PNG, JPEG or WebP image.',
      cause: error,
    })
  }
}

export const pixelsOfLook = async (path: string, { image, rendering }: Look): Promise<string> =>
  rendering?.pixelsSha256 ?? pixelsSha256(await visiblePixels(path, image))

const refused = (path: string, code: string, detail: string) =>
  new RoundkeeperError('refused', `${path} would be rejected, ${code}: ${detail}`, {
    where: path,
    hint: guideOf(code)?.remedy ?? 'See `roundkeeper media check`.',
  })
