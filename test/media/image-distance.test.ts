import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { ClassicalDistance, promptDistance } from '../../src/media/classical-distance.ts'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import { signpost, signpostSplats, sphere, type TestMesh, writeGlb, writePly } from '../support/models.ts'
import { imageDistanceContract } from './contracts.ts'

const renderer = new CpuRenderer()
const measure = new ClassicalDistance()
const never = new AbortController().signal

async function preview(model: TestMesh | Uint8Array, size = 96): Promise<Uint8Array> {
  const [kind, bytes] = model instanceof Uint8Array ? (['ply', model] as const) : (['glb', writeGlb(model)] as const)
  const rendering = await renderer.render(kind, bytes, size, never)
  if (!rendering.ok) throw new Error(rendering.detail)
  return rendering.png
}

const shaken = (mesh: TestMesh, by: number): TestMesh => ({
  ...mesh,
  positions: mesh.positions.map((value, i) => value + by * Math.sin(i * 12.9898)),
})
const repainted = (mesh: TestMesh): TestMesh => ({
  ...mesh,
  colours: mesh.colours!.map((_, i, all) => all[i - (i % 3) + ((i + 1) % 3)]!),
})

imageDistanceContract('ClassicalDistance', measure, async () => ({
  post: await preview(signpost()),
  ball: await preview(sphere(0.5)),
}))

describe('the classical distance', () => {
  let post: Uint8Array
  beforeAll(async () => {
    post = await preview(signpost())
  })

  it('is nothing between equal pictures, whatever their bytes', async () => {
    expect(await measure.distance(post, post)).toBe(0)
    expect(await measure.distance(post, await sharp(post).webp({ lossless: true }).toBuffer())).toBe(0)
  })

  it('is small for another take, larger for other colours, largest for another object', async () => {
    const take = await measure.distance(post, await preview(shaken(signpost(), 0.005)))
    const colours = await measure.distance(post, await preview(repainted(signpost())))
    const object = await measure.distance(post, await preview(sphere(0.5)))
    expect(take).toBeGreaterThan(0)
    expect(take).toBeLessThan(0.05)
    expect(colours).toBeGreaterThan(0.15)
    expect(object).toBeGreaterThan(Math.max(0.3, colours))
  })

  it('hardly depends on the size of the pictures', async () => {
    expect(await measure.distance(post, await preview(signpost(), 200))).toBeLessThan(0.05)
  })

  it('knows nothing from something', async () => {
    const blank = await preview({ positions: [0, 0, 0, 0, 0, 0, 0, 0, 0], indices: [0, 1, 2] })
    expect(await measure.distance(blank, blank)).toBe(0)
    expect(await measure.distance(blank, post)).toBe(1)
  })

  it('compares pictures that are no previews as a whole', async () => {
    const photo = await sharp(post).extract({ left: 0, top: 0, width: 96, height: 96 }).jpeg().toBuffer()
    expect(await measure.distance(photo, photo)).toBe(0)
    expect(await measure.distance(photo, post)).toBeGreaterThan(0.1)
  })

  it('refuses a picture of more pixels than we look at', async () => {
    const huge = sharp({ create: { width: 5_000, height: 5_000, channels: 3, background: '#fff' } })
    await expect(measure.distance(post, await huge.png().toBuffer())).rejects.toMatchObject({ code: 'refused' })
  })
})

describe('the distance to a prompt', () => {
  let prompt: Buffer
  beforeAll(async () => {
    const large = await preview(signpost(1.15), 300)
    prompt = await sharp(large).extract({ left: 0, top: 0, width: 300, height: 300 }).jpeg({ quality: 85 }).toBuffer()
  })

  it('prefers the object, as mesh or as splats, to other colours and to another object', async () => {
    const own = await promptDistance(await preview(signpost()), prompt)
    const splats = await promptDistance(await preview(writePly(signpostSplats(0.02))), prompt)
    const colours = await promptDistance(await preview(repainted(signpost())), prompt)
    const other = await promptDistance(await preview(sphere(0.5)), prompt)
    expect(Math.max(own, splats)).toBeLessThan(colours - 0.1)
    expect(colours).toBeLessThan(other)
  })

  it('hardly depends on how the prompt is framed or on its background', async () => {
    const post = await preview(signpost())
    const own = await promptDistance(post, prompt)
    const room = { top: 90, bottom: 10, left: 5, right: 200, background: '#fff' }
    const framed = await sharp(prompt).extend(room).png().toBuffer()
    expect(Math.abs((await promptDistance(post, framed)) - own)).toBeLessThan(0.05)
    const transparent = await sharp(prompt).unflatten().png().toBuffer()
    expect(Math.abs((await promptDistance(post, transparent)) - own)).toBeLessThan(0.05)
  })

  it('needs a preview and a picture', async () => {
    const post = await preview(signpost())
    await expect(promptDistance(prompt, post)).rejects.toMatchObject({ code: 'refused' })
    await expect(promptDistance(post, Buffer.from('no picture'))).rejects.toMatchObject({ code: 'refused' })
  })
})
