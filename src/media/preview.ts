// A preview: four views in a 2×2 grid, row by row, with a black gap between them.
import { createHash } from 'node:crypto'
import sharp from 'sharp'

export interface Preview {
  readonly width: number
  readonly height: number
  /** Red, green, blue, row by row. */
  readonly rgb: Uint8Array
}

/** Black pixels between two views. */
export const GAP = 5

/** @param views RGB pixels of four square views, top left, top right, bottom left, bottom right */
export function composePreview(views: readonly Uint8Array[], size: number): Preview {
  const edge = 2 * size + GAP
  const rgb = new Uint8Array(edge * edge * 3)
  for (const [index, view] of views.entries()) {
    const left = (index % 2) * (size + GAP)
    const top = Math.floor(index / 2) * (size + GAP)
    for (let row = 0; row < size; row++) {
      rgb.set(view.subarray(row * size * 3, (row + 1) * size * 3), ((top + row) * edge + left) * 3)
    }
  }
  return { width: edge, height: edge, rgb }
}

/** The four views of a preview, as they were composed; of another picture nothing but itself. */
export function viewsOf(picture: Preview): Preview[] {
  const { width, height, rgb } = picture
  const size = (width - GAP) / 2
  if (width !== height || !Number.isInteger(size) || size < 1) return [picture]
  return [0, 1, 2, 3].map((index) => {
    const [left, top] = [(index % 2) * (size + GAP), Math.floor(index / 2) * (size + GAP)]
    const view = new Uint8Array(size * size * 3)
    for (let row = 0; row < size; row++) {
      const from = ((top + row) * width + left) * 3
      view.set(rgb.subarray(from, from + size * 3), row * size * 3)
    }
    return { width: size, height: size, rgb: view }
  })
}

/** SHA-256 over `rgb8|width|height|` and the pixels, in hex. */
export function pixelsSha256({ width, height, rgb }: Preview): string {
  return createHash('sha256').update(`rgb8|${width}|${height}|`).update(rgb).digest('hex')
}

/** The bytes may differ between versions of the encoder; the pixels never do. */
export async function encodePng({ width, height, rgb }: Preview): Promise<Uint8Array> {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 6, adaptiveFiltering: false, palette: false })
    .toBuffer()
}
