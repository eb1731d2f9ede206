// Two pictures beside each other, on white, for people to compare.
import { GAP, type Preview } from './preview.ts'

export function sideBySide(left: Preview, right: Preview): Preview {
  const width = left.width + GAP + right.width
  const height = Math.max(left.height, right.height)
  const rgb = new Uint8Array(width * height * 3).fill(255)
  const paste = (picture: Preview, at: number) => {
    const row = picture.width * 3
    for (let y = 0; y < picture.height; y++) {
      rgb.set(picture.rgb.subarray(y * row, (y + 1) * row), (y * width + at) * 3)
    }
  }
  paste(left, 0)
  paste(right, left.width + GAP)
  for (let y = 0; y < height; y++) rgb.fill(0, (y * width + left.width) * 3, (y * width + left.width + GAP) * 3)
  return { width, height, rgb }
}
