import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { generate } from '../../src/demo/generate.ts'
import type { DemoPrompt } from '../../src/demo/prompt-images.ts'
import { FAIR, FINE, GOOD, HOPELESS, POOR, parseQuality, type Quality } from '../../src/demo/quality.ts'
import { ClassicalDistance, promptDistance } from '../../src/media/classical-distance.ts'
import { sha256Hex } from '../../src/rules/digest.ts'
import { never, promptsOf, renderer } from './support.ts'

const SEED = 4_000_000_000
/** SHA-256 of the first prompt's model. */
const GOLDEN = {
  glb: '51811ef876f42cadb7d0fca6877c19a044e3571fb8b97c6193fdc31109027c36',
  ply: '8b11254644d93d7e989615d248c2bb80233eddfbbe3b26c348b967e2d6b1a5d2',
}
let prompts: DemoPrompt[]
beforeAll(async () => {
  prompts = await promptsOf('generate', 12)
})

describe.each(['glb', 'ply'] as const)('%s', (kind) => {
  const previewOf = async (prompt: DemoPrompt, quality: Quality) => {
    const rendering = await renderer.render(kind, await generate(prompt.image, SEED, quality, kind), 96, never)
    if (!rendering.ok) throw new Error(rendering.detail)
    return rendering.png
  }

  test('better settings come closer to the picture, by more than a judge overlooks', async () => {
    const ladder = [HOPELESS, POOR, FAIR, GOOD, FINE]
    const distances = await Promise.all(
      ladder.map((quality) =>
        Promise.all(prompts.map(async (prompt) => promptDistance(await previewOf(prompt, quality), prompt.image))),
      ),
    )
    for (let i = 1; i < ladder.length; i++) {
      const won = distances[i]!.filter((distance, k) => distance < distances[i - 1]![k]! - 0.01).length
      expect(won, `step ${i}`).toBeGreaterThanOrEqual(9)
    }
  })

  test('an audit tells the cheat’s models from those of its image', async () => {
    const measure = new ClassicalDistance()
    for (const prompt of prompts) {
      const [served, made] = [await previewOf(prompt, FINE), await previewOf(prompt, HOPELESS)]
      expect(await measure.distance(served, made), prompt.stem).toBeGreaterThan(0.15)
    }
  })

  test('the same picture, seed and settings give the same bytes, on every run and machine', async () => {
    const { image } = prompts[0]!
    const bytes = await generate(image, SEED, GOOD, kind)
    expect(await generate(image, SEED, GOOD, kind)).toEqual(bytes)
    expect(await generate(await sharp(image).png().toBuffer(), SEED, GOOD, kind)).toEqual(bytes)
    expect(await generate(image, SEED + 1, GOOD, kind)).not.toEqual(bytes)
    expect(await generate(prompts[1]!.image, SEED, GOOD, kind)).not.toEqual(bytes)
    expect(sha256Hex(bytes)).toBe(GOLDEN[kind])
  })

  test('files are small', async () => {
    for (const { image } of prompts) {
      expect((await generate(image, SEED, FINE, kind)).length).toBeLessThan(kind === 'glb' ? 62_000 : 150_000)
    }
  })

  test('a picture of nothing gives a model all the same', async () => {
    const empty = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#fff' } })
      .png()
      .toBuffer()
    const rendering = await renderer.render(kind, await generate(empty, SEED, POOR, kind), 32, never)
    expect(rendering.ok).toBe(true)
  })
})

describe('settings', () => {
  test('are read back as they were written', () => {
    expect(parseQuality(JSON.stringify(FAIR))).toEqual(FAIR)
  })

  test.each(['', 'null', '{}', '[]', '{"rows":20}', '{"rows":1e9,"segments":9,"wobble":0,"tint":0}'])(
    'refuse %j',
    (text) => {
      expect(() => parseQuality(text)).toThrow(expect.objectContaining({ code: 'usage' }))
    },
  )

  test.each([{ rows: 4.5 }, { segments: 2 }, { wobble: -1 }, { tint: '9' }])('refuse %j', (change) => {
    expect(() => parseQuality(JSON.stringify({ ...GOOD, ...change }))).toThrow(/settings of a generator/)
  })
})
