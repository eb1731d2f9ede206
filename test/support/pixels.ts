import sharp from 'sharp'

/** A decoded 2×2 preview, view by view. */
export interface Grid {
  readonly size: number
  /** @returns red, green, blue 0..255 of a pixel of one view */
  pixel(view: number, x: number, y: number): readonly [number, number, number]
  /** The mean place of the pixels of a view that satisfy something, and how many they are. */
  where(
    view: number,
    is: (red: number, green: number, blue: number) => boolean,
  ): { x: number; y: number; count: number }
}

export async function decodeGrid(png: Uint8Array): Promise<Grid> {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
  const size = (info.width - 5) / 2
  const pixel: Grid['pixel'] = (view, x, y) => {
    const at = ((Math.floor(view / 2) * (size + 5) + y) * info.width + (view % 2) * (size + 5) + x) * info.channels
    return [data[at]!, data[at + 1]!, data[at + 2]!]
  }
  const where: Grid['where'] = (view, is) => {
    const sum = { x: 0, y: 0, count: 0 }
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        if (!is(...pixel(view, x, y))) continue
        sum.x += x
        sum.y += y
        sum.count++
      }
    }
    return { x: sum.x / sum.count, y: sum.y / sum.count, count: sum.count }
  }
  return { size, pixel, where }
}
