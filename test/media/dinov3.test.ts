import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import { Dinov3Distance, type NetworkFile } from '../../src/media/dinov3/distance.ts'
import { networkInput } from '../../src/media/dinov3/input.ts'
import { openNetwork, type Runtime } from '../../src/media/dinov3/runtime.ts'
import { openThreadedNetwork } from '../../src/media/dinov3/threaded-network.ts'
import { signpost, sphere, type TestMesh, writeGlb } from '../support/models.ts'
import { LENGTH, type NetworkChanges, plainEmbedding, smallNetwork } from '../support/onnx-models.ts'
import fc from '../support/properties.ts'
import { imageDistanceContract } from './contracts.ts'

const isInstalled = (library: string) => {
  try {
    return createRequire(import.meta.url).resolve(library) !== ''
  } catch {
    return false
  }
}
/** The native one is an operator's choice, and no part of our installation: it is tested where somebody added it. */
const runtimes: Runtime[] = isInstalled('onnxruntime-node') ? ['web', 'node'] : ['web']

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const fileOf = (bytes: Uint8Array): NetworkFile => ({
  sha256: sha256(bytes),
  where: 'small.onnx',
  read: async () => bytes,
})
const measureBy = (runtime: Runtime, changes: NetworkChanges = {}) =>
  new Dinov3Distance({ model: fileOf(smallNetwork(changes)), runtime })
const SHAPE = [1, 3, 224, 224]
/** Between the two previews. */
const DISTANCE = 0.1358

async function preview(mesh: TestMesh): Promise<Uint8Array> {
  const rendering = await new CpuRenderer().render('glb', writeGlb(mesh), 96, new AbortController().signal)
  if (!rendering.ok) throw new Error(rendering.detail)
  return rendering.png
}
let post: Uint8Array
let ball: Uint8Array
beforeAll(async () => {
  ;[post, ball] = await Promise.all([preview(signpost()), preview(sphere(0.5))])
})

const pictureOf = (width: number, height: number, at: (x: number, y: number) => readonly number[]) => {
  const pixels = Array.from({ length: width * height }, (_, i) => [...at(i % width, Math.floor(i / width)), 255])
  return { width, height, rgba: Uint8Array.from(pixels.flat()) }
}

describe('what the network sees', () => {
  const unscaled = (input: Float32Array, channel: number, i: number) => {
    const [mean, deviation] = [[0.485, 0.456, 0.406][channel]!, [0.229, 0.224, 0.225][channel]!]
    return (input[channel * 224 * 224 + i]! * deviation + mean) * 255
  }

  it('is the picture itself where it has the right size, channel by channel', () => {
    const input = networkInput(pictureOf(224, 224, (x, y) => [x, y, (x * y) % 256]))
    for (const i of [0, 5, 223, 224 * 100 + 17, 224 * 224 - 1]) {
      const [x, y] = [i % 224, Math.floor(i / 224)]
      for (const [channel, wanted] of [x, y, (x * y) % 256].entries())
        expect(unscaled(input, channel, i)).toBeCloseTo(wanted, 3)
    }
  })

  // By hand, from torch’s rule: means under a triangle of twice the step; 448 to 224 gives 1:3:3:1 / 8, cut at the edge to 3:3:1 / 7.
  it('is scaled as PyTorch does with antialiasing', () => {
    const row = (x: number) => (x * 37) % 256
    const input = networkInput(pictureOf(448, 448, (x) => [row(x), 0, 0]))
    expect(unscaled(input, 0, 0)).toBeCloseTo((3 * row(0) + 3 * row(1) + row(2)) / 7, 3)
    expect(unscaled(input, 0, 50)).toBeCloseTo((row(99) + 3 * row(100) + 3 * row(101) + row(102)) / 8, 3)
    expect(unscaled(input, 0, 223)).toBeCloseTo((row(445) + 3 * row(446) + 3 * row(447)) / 7, 3)
  })

  it('keeps what is even, in any size, also where it is enlarged', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }), (width, height) => {
        const input = networkInput(pictureOf(width, height, () => [255, 128, 3]))
        return [255, 128, 3].every((wanted, channel) =>
          [0, 111, 224 * 224 - 1].every((i) => Math.abs(unscaled(input, channel, i) - wanted) < 1e-3),
        )
      }),
      { numRuns: 5 },
    )
    const enlarged = networkInput(pictureOf(2, 1, (x) => [x * 200, 0, 0]))
    expect(unscaled(enlarged, 0, 0)).toBeCloseTo(0, 3)
    expect(unscaled(enlarged, 0, 112)).toBeCloseTo(200 * (112.5 / 112 - 0.5), 3)
  })

  it('is the same bits everywhere', async () => {
    const { data, info } = await sharp(post).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
    const input = networkInput({ width: info.width, height: info.height, rgba: data })
    expect(sha256(new Uint8Array(input.buffer))).toMatchInlineSnapshot(
      `"739ede66b81e9433a32997996380d528f224efc5fca76db1c19a2d5ebbf5854f"`,
    )
  })
})

describe.each(runtimes)('a network on the %s runtime', (runtime) => {
  const measure = measureBy(runtime)
  afterAll(() => measure[Symbol.asyncDispose]())
  imageDistanceContract(`Dinov3Distance on ${runtime}`, measure, async () => ({ post, ball }))

  it('gives the distance that it gives everywhere, to within its last decimal', async () => {
    expect(Math.abs((await measure.distance(post, ball)) - DISTANCE)).toBeLessThanOrEqual(
      runtime === 'web' ? 0 : 0.0001,
    )
  })

  it('computes what plain arithmetic does, every time', async () => {
    await using network = await openNetwork(runtime, smallNetwork(), 'small.onnx', SHAPE)
    const input = networkInput(pictureOf(300, 200, (x, y) => [x % 256, y, (x * y) % 256]))
    const [first, second] = [await network.run(input), await network.run(input)]
    const wanted = plainEmbedding(input)
    for (const [k, value] of wanted.entries()) expect(Math.abs(first[k]! - value)).toBeLessThan(1e-4)
    expect(second).toEqual(first)
    await using again = await openNetwork(runtime, smallNetwork(), 'small.onnx', SHAPE)
    expect(await again.run(input)).toEqual(first)
  })

  it('names library, version and weights, and says whether its bits repeat', () => {
    expect(measure.id).toBe(`dinov3/1+onnxruntime-${runtime}-1.30.0+sha256-${sha256(smallNetwork())}`)
    expect(measure.deterministic).toBe(runtime === 'web')
  })

  it.each<[string, NetworkChanges | Uint8Array, RegExp]>([
    ['no network at all', Buffer.from('<html>not found</html>'), /needed: /],
    ['half a network', smallNetwork().subarray(0, 5_000), /needed: /],
    ['another input', { input: 'image' }, /its inputs are image/],
    ['another output', { output: 'last_hidden_state' }, /its outputs are last_hidden_state/],
    ['an input of another size', { inputShape: [1, 3, 518, 518] }, /needed: /],
    ['an output of another form', { unflattened: true }, /its output is float32 \[1,8,1,1\]/],
  ])('refuses %s, and says which one is needed', async (_, changes, why) => {
    const bytes = changes instanceof Uint8Array ? changes : smallNetwork(changes)
    await expect(openNetwork(runtime, bytes, 'small.onnx', SHAPE)).rejects.toMatchObject({
      code: 'usage',
      where: 'small.onnx',
      message: expect.stringMatching(why),
      hint: expect.stringContaining('pooler_output'),
    })
  })

  it.each<[string, NetworkChanges]>([
    ['what is not a number', { activation: 'Log' }],
    ['nothing but zeros', { mute: true }],
  ])('never takes %s for a distance', async (_, changes) => {
    await using senseless = measureBy(runtime, changes)
    await expect(senseless.distance(post, post)).rejects.toMatchObject({ code: 'unavailable' })
    await expect(senseless.distance(post, ball)).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('the distance by a network', () => {
  it('is asked for the network once, and again after it was not to be had', async () => {
    const bytes = smallNetwork()
    let reads = 0
    const read = async () => {
      reads += 1
      if (reads === 1) throw new Error('not now')
      return bytes
    }
    await using measure = new Dinov3Distance({ model: { ...fileOf(bytes), read }, runtime: 'web' })
    await expect(measure.distance(post, ball)).rejects.toThrow('not now')
    const both = await Promise.all([measure.distance(post, ball), measure.distance(ball, post)])
    expect(both[0]).toBe(both[1])
    expect(reads).toBe(2)
  })

  it('goes on after its thread ended, and says from there what is wrong with a network', async () => {
    const job = { runtime: 'web', model: smallNetwork(), where: 'small.onnx', shape: SHAPE } as const
    const network = await openThreadedNetwork(job)
    const input = networkInput(pictureOf(8, 8, (x, y) => [x, y, 9]))
    expect(await network.run(input)).toHaveLength(LENGTH)
    await network[Symbol.asyncDispose]()
    await expect(network.run(input)).rejects.toThrow('ended')
    const unfit = openThreadedNetwork({ ...job, model: smallNetwork({ input: 'image' }) })
    await expect(unfit).rejects.toMatchObject({ code: 'usage', where: 'small.onnx', hint: expect.any(String) })
  })

  it('says what to do where the native library is missing', () => {
    const id = () => measureBy('node').id
    if (runtimes.includes('node')) return expect(id()).toContain('onnxruntime-node')
    return expect(id).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: 'onnxruntime-node is not installed',
        hint: expect.stringContaining('ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node'),
      }),
    )
  })
})
