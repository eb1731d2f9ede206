import { expect, test } from 'vitest'
import { writePng } from '../../src/demo/png-writer.ts'
import { PROMPT_SIZE } from '../../src/demo/prompt-images.ts'
import { halfWidths } from '../../src/demo/silhouette.ts'
import { decodeImage } from '../../src/media/decode-image.ts'
import { sha256Hex } from '../../src/rules/digest.ts'
import fc from '../support/properties.ts'
import { promptsOf } from './support.ts'

test('a PNG holds the pixels that were put in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), fc.nat(), async (w, h, salt) => {
      const rgb = Uint8Array.from({ length: w * h * 3 }, (_, i) => (i * 7919 + salt) % 256)
      const { width, height, rgba } = await decodeImage(writePng(rgb, w, h), 400)
      expect([width, height]).toEqual([w, h])
      expect(rgba.filter((_, i) => i % 4 < 3)).toEqual(Buffer.from(rgb))
    }),
    { numRuns: 50 },
  )
})

test('prompt images are small, and show a whole object in the middle on white', async () => {
  for (const { stem, image } of await promptsOf('prompts', 12)) {
    expect(image.length, stem).toBeLessThan(40_000)
    const pixels = await decodeImage(image, PROMPT_SIZE * PROMPT_SIZE)
    expect([pixels.width, pixels.height]).toEqual([PROMPT_SIZE, PROMPT_SIZE])
    const widths = halfWidths(pixels)
    expect(Math.max(widths[0]!, widths.at(-1)!), stem).toBe(0)
    expect(Math.max(...widths), stem).toBeLessThan(PROMPT_SIZE / 2)
    expect(widths.filter((width) => width > 0).length, stem).toBeGreaterThan(PROMPT_SIZE / 2)
  }
})

test('prompt images have the same bytes on every run and machine', async () => {
  const [first, second] = [await promptsOf('test', 2), await promptsOf('test', 2)]
  expect(second).toEqual(first)
  expect(first.map(({ stem, image }) => `${stem} ${sha256Hex(image)}`)).toMatchInlineSnapshot(`
    [
      "vase-4f7f36 f2b27ec96c437ef48f81fa723163f7989989184e15c9ef38f81eab812619a5bc",
      "bottle-098697 45c8733c1c7c661ae20886e1908165c51b70627269a33ed9c4034cd1558ced24",
    ]
  `)
})
