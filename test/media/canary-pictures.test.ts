import { describe, expect, it } from 'vitest'
import { OfflineJudge } from '../../src/judge/offline-judge.ts'
import { promptDistance } from '../../src/media/classical-distance.ts'
import { isLettered } from '../../src/media/lettering.ts'
import { PixelCanaryPictures } from '../../src/media/pixel-canary-pictures.ts'
import { opaquePixels, pixelsOf } from '../../src/media/pixels-of.ts'
import { composePreview, encodePng, GAP, type Preview } from '../../src/media/preview.ts'

const SIZE = 160
const pictures = new PixelCanaryPictures()

/** A ball on white, seen from somewhere. */
function ball(shift: number): Uint8Array {
  const rgb = new Uint8Array(SIZE * SIZE * 3).fill(255)
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const isIn = (x - SIZE / 2) ** 2 + (y - SIZE / 2) ** 2 < (SIZE / 3) ** 2
      if (isIn) rgb.set([200 - y, 40 + x / 2, (x + shift) & 127], (y * SIZE + x) * 3)
    }
  }
  return rgb
}
const preview = composePreview([ball(0), ball(20), ball(40), ball(60)], SIZE)
const prompt: Preview = { width: SIZE, height: SIZE, rgb: ball(0) }
const CHANGES = ['blurred', 'noisy', 'cut', 'lettered'] as const

describe('pictures for questions with a known answer', () => {
  it('are the same on every machine', async () => {
    const png = await encodePng(preview)
    const digests = await Promise.all(CHANGES.map(async (change) => pixelsOf(await pictures.change(png, change))))
    expect(digests.map((digest) => digest.slice(0, 16))).toEqual([
      '453de7126af9e7da',
      '8ac3a9fa422e9120',
      'a28f8786549c1ed2',
      'f849f1ace7d1c640',
    ])
  })

  it('are worse than the original for whoever compares them with the prompt', async () => {
    const [png, image] = [await encodePng(preview), await encodePng(prompt)]
    const judge = new OfflineJudge({ distance: promptDistance })
    const side = (bytes: Uint8Array) => ({ modelSha256: '', modelUrl: '', png: bytes })
    for (const change of CHANGES) {
      const verdict = await judge.judge(
        {
          seed: 1,
          prompt: { name: change, url: '', image },
          left: side(await pictures.change(png, change)),
          right: side(png),
        },
        new AbortController().signal,
      )
      expect([change, verdict.kind === 'decided' && verdict.winner]).toEqual([change, 'right'])
    }
  })

  it('keep size, gap, and the views that are not meant', async () => {
    const png = await encodePng(preview)
    const { width, height, rgb } = await opaquePixels(await pictures.change(png, 'cut'))
    expect([width, height]).toEqual([preview.width, preview.height])
    const at = (x: number, y: number) => [...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)]
    expect(at(SIZE / 2, SIZE / 2)).toEqual([255, 255, 255])
    expect(at(SIZE + 2, 3)).toEqual([0, 0, 0])
    const other = [SIZE + GAP + SIZE / 2, SIZE / 2] as const
    expect(at(...other)).toEqual([...preview.rgb.subarray((other[1] * width + other[0]) * 3).subarray(0, 3)])
  })

  it('say what they say in every view, and nothing else does', async () => {
    const png = await encodePng(preview)
    expect(isLettered(await opaquePixels(await pictures.change(png, 'lettered')))).toBe(true)
    for (const change of ['blurred', 'noisy', 'cut'] as const)
      expect(isLettered(await opaquePixels(await pictures.change(png, change)))).toBe(false)
    const view = await encodePng(prompt)
    expect(isLettered(await opaquePixels(await pictures.change(view, 'lettered')))).toBe(true)
  })

  it('are refused of what is no picture', async () => {
    await expect(pictures.change(new Uint8Array([1, 2]), 'cut')).rejects.toMatchObject({ code: 'refused' })
  })
})
