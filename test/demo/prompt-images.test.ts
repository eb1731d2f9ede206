import fc from 'fast-check'
import { expect, test } from 'vitest'
import { writePng } from '../../src/demo/png-writer.ts'
import { PROMPT_SIZE } from '../../src/demo/prompt-images.ts'
import { halfWidths } from '../../src/demo/silhouette.ts'
import { decodeImage } from '../../src/media/decode-image.ts'
import { sha256Hex } from '../../src/rules/digest.ts'
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
      "vase-4f7f36 4435e0b15b1bd5ff15cb8ef999040eb19d4b93d4e887a6b4b42888dba9b4a222",
      "bottle-098697 39a027d2204c8717a53a85ad9af63a4d149e8cb2cbf0ee6b8b5942cccb11fd90",
    ]
  `)
})
