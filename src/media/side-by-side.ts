// Two pictures beside each other, on white, for people to compare.
import type { Preview } from './preview.ts'

/** Pixels between them: more than between the views of a preview, so that nobody takes both for one. */
export const SPACE = 24

export function sideBySide(left: Preview, right: Preview): Preview {
  const width = left.width + SPACE + right.width
  const height = Math.max(left.height, right.height)
  const rgb = new Uint8Array(width * height * 3).fill(255)
  const paste = (picture: Preview, at: number) => {
    const row = picture.width * 3
    for (let y = 0; y < picture.height; y++) {
      rgb.set(picture.rgb.subarray(y * row, (y + 1) * row), (y * width + at) * 3)
    }
  }
  paste(left, 0)
  paste(right, left.width + SPACE)
  return { width, height, rgb }
}
