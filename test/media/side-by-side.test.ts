import { expect, it } from 'vitest'
import type { Preview } from '../../src/media/preview.ts'
import { SPACE, sideBySide } from '../../src/media/side-by-side.ts'

const plain = (width: number, height: number, value: number): Preview => ({
  width,
  height,
  rgb: new Uint8Array(width * height * 3).fill(value),
})

it('two pictures of any size stand beside each other on white', () => {
  const { width, height, rgb } = sideBySide(plain(2, 1, 10), plain(3, 2, 20))
  expect([width, height, rgb.length]).toEqual([5 + SPACE, 2, (5 + SPACE) * 2 * 3])
  const row = (y: number) => Array.from({ length: width }, (_, x) => rgb[(y * width + x) * 3])
  const between = Array<number>(SPACE).fill(255)
  expect(row(0)).toEqual([10, 10, ...between, 20, 20, 20])
  expect(row(1)).toEqual([255, 255, ...between, 20, 20, 20])
})
