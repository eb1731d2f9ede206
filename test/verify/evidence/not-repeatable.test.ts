import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { RoundkeeperError } from '../../../src/errors.ts'
import { ClassicalDistance } from '../../../src/media/classical-distance.ts'
import { CpuRenderer } from '../../../src/media/cpu-renderer.ts'
import type { ImageDistance } from '../../../src/media/image-distance.ts'
import { PixelCanaryPictures } from '../../../src/media/pixel-canary-pictures.ts'
import { pixelsOf } from '../../../src/media/pixels-of.ts'
import type { Renderer } from '../../../src/media/renderer.ts'
import { type Output, outputSchema } from '../../../src/state/outputs.ts'
import { contentKey } from '../../../src/store/content.ts'
import { tally } from '../../../src/verify/evidence/examination.ts'
import { noFacts } from '../../../src/verify/evidence/facts.ts'
import type { Kit } from '../../../src/verify/evidence/kit.ts'
import { Objects } from '../../../src/verify/evidence/objects.ts'
import { examineOutput } from '../../../src/verify/evidence/outputs.ts'
import { signpost, type TestMesh, writeGlb } from '../../support/models.ts'
import { offlineJudge } from './support.ts'

const SIZE = 96
const never = new AbortController().signal
const cpu = new CpuRenderer()
const classical = new ClassicalDistance()
const stored = new Map<string, Uint8Array>()
const source = { id: 'memory', get: async (key: string) => stored.get(key), [Symbol.asyncDispose]: async () => {} }

function keep(bytes: Uint8Array, extension: string): string {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  stored.set(contentKey(sha256, extension), bytes)
  return sha256
}

/** As an operator records it. */
async function recorded(mesh: TestMesh): Promise<Output> {
  const glb = writeGlb(mesh)
  const drawn = await cpu.render('glb', glb, SIZE, never)
  if (!drawn.ok) throw new Error(drawn.detail)
  return outputSchema.parse({
    size: glb.length,
    glb_sha256: keep(glb, 'glb'),
    png_sha256: keep(drawn.png, 'png'),
    pixels_sha256: drawn.pixelsSha256,
    renderer: cpu.id,
  })
}

let submitted: Output
let generated: Output
beforeAll(async () => {
  submitted = await recorded(signpost())
  const again = await recorded(signpost(0.97))
  const pictures = [submitted, again].map(({ png_sha256 }) => stored.get(contentKey(png_sha256!, 'png'))!)
  const distance = await classical.distance(pictures[0]!, pictures[1]!)
  expect(distance).toBeGreaterThan(0)
  generated = { ...again, distance, measure: classical.id }
})

/** Codes of what is found about the regenerated output, and how often something was done again with the same result. */
interface Tools {
  readonly renderer?: Renderer
  readonly distance?: ImageDistance
  readonly output?: Partial<Output>
  readonly compat?: boolean
}

async function examined(tools: Tools) {
  const { renderer = cpu, distance = classical, compat = false } = tools
  const kit: Kit = {
    ports: { source, renderer, distance, judge: offlineJudge, canaryPictures: new PixelCanaryPictures(), pixelsOf },
    objects: new Objects(source, never),
    facts: noFacts,
    signal: never,
    previews: tally(),
    distances: tally(),
    verdicts: tally(),
  }
  const output = { ...generated, ...tools.output }
  const about = { stem: 'vase', artifact: 'glb', previewSize: SIZE, compat, maxModelBytes: 2 ** 20 } as const
  const problems = await examineOutput(kit, { ...about, output, submitted })
  const equal = { previews: kit.previews.equal, distances: kit.distances.equal, believed: kit.previews.believed }
  return { codes: problems.map(({ code }) => code), texts: problems.map(({ text }) => text), equal }
}

type Change = (pixel: number, i: number) => number

/** Draws as the one on record, and then a little or much otherwise, as another machine's graphics card might. */
const unsteady = (change: Change, deterministic = false): Renderer => ({
  id: cpu.id,
  deterministic,
  async render(kind, bytes, size, signal) {
    const drawn = await cpu.render(kind, bytes, size, signal)
    if (!drawn.ok) return drawn
    const { data, info } = await sharp(drawn.png).raw().toBuffer({ resolveWithObject: true })
    const pixels = data.map((value, i) => {
      const isGap = data[i - (i % 3)]! + data[i - (i % 3) + 1]! + data[i - (i % 3) + 2]! === 0
      return isGap ? value : Math.max(1, Math.min(255, change(value, i)))
    })
    const { width, height } = info
    const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer()
    return { ...drawn, png, pixelsSha256: await pixelsOf(png) }
  },
})
const noise: Change = (value, i) => value + ((i * 7919) % 3) - 1
const inverted: Change = (value) => 255 - value

const shifted = (by: number, deterministic = false): ImageDistance => ({
  id: classical.id,
  deterministic,
  distance: async (a, b) => (await classical.distance(a, b)) + by,
})

describe('a renderer that does not repeat its pixels', () => {
  it('is compared by distance: other pixels are well, another look is not', async () => {
    expect(await examined({ renderer: unsteady(noise) })).toMatchObject({ codes: [], equal: { previews: 1 } })
    const otherwise = await examined({ renderer: unsteady(inverted) })
    expect(otherwise).toMatchObject({ codes: ['evidence/preview'], equal: { previews: 0 } })
    expect(otherwise.texts[0]).toMatch(/^the model of vase looks otherwise, 0\.\d+ away$/)
  })

  it('is compared by hash where it says that it repeats them', async () => {
    expect((await examined({})).codes).toEqual([])
    expect((await examined({ renderer: unsteady(noise, true) })).codes).toEqual(['evidence/preview'])
  })

  it('does not excuse a digest of other pixels than those on record', async () => {
    const { texts } = await examined({ renderer: unsteady(noise), output: { pixels_sha256: 'ab'.repeat(32) } })
    expect(texts).toEqual(['the recorded pixels of vase are not those of its preview'])
  })

  it('does not excuse a model that cannot be drawn', async () => {
    const broken = { glb_sha256: keep(Buffer.from('no model'), 'glb'), size: 8 }
    const { codes } = await examined({ renderer: unsteady(noise), output: broken })
    expect(codes).toEqual(['evidence/preview'])
  })
})

describe('a measure that does not repeat its digits', () => {
  it('may differ by little, and one that repeats them not at all', async () => {
    expect(await examined({ distance: shifted(0.001) })).toMatchObject({ codes: [], equal: { distances: 1 } })
    expect((await examined({ distance: shifted(0.01) })).codes).toEqual(['evidence/distance'])
    expect((await examined({ distance: shifted(0.0001, true) })).codes).toEqual(['evidence/distance'])
    expect((await examined({ distance: shifted(Number.NaN) })).codes).toEqual(['evidence/distance'])
  })

  it('says nothing about the record where it cannot be reached', async () => {
    const distance: ImageDistance = {
      ...shifted(0),
      distance: () => Promise.reject(new RoundkeeperError('unavailable', 'nobody is there')),
    }
    expect((await examined({ distance })).codes).toEqual(['evidence/unfetched'])
    const both = await examined({ distance, renderer: unsteady(noise) })
    expect(both).toMatchObject({ codes: ['evidence/unfetched', 'evidence/unfetched'], equal: { previews: 0 } })
  })
})

describe('a preview as the original draws it', () => {
  it('is drawn again where the config asks for such, and believed where it does not', async () => {
    const asOriginal = { renderer: cpu.asOriginal().id }
    expect(await examined({ output: asOriginal, compat: true })).toMatchObject({ codes: [], equal: { previews: 1 } })
    expect(await examined({ output: asOriginal })).toMatchObject({ codes: [], equal: { previews: 0, believed: 1 } })
    expect(await examined({ compat: true })).toMatchObject({ equal: { believed: 1 } })
    const unable: Renderer = { ...unsteady(noise), id: asOriginal.renderer }
    expect(await examined({ output: asOriginal, compat: true, renderer: unable })).toMatchObject({
      equal: { believed: 1 },
    })
  })
})
