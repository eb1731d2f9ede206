import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { ImageDistance } from '../../src/media/image-distance.ts'
import type { Renderer } from '../../src/media/renderer.ts'
import { signpost, signpostSplats, writeGlb, writePly } from '../support/models.ts'

const never = new AbortController().signal

/** What every Renderer does. */
export function rendererContract(name: string, renderer: Renderer): void {
  const models = { glb: writeGlb(signpost()), ply: writePly(signpostSplats(0.05)) }

  describe(`${name} as a renderer`, () => {
    it.each(['glb', 'ply'] as const)('draws %s into a 2×2 grid and names its pixels', async (kind) => {
      const rendering = await renderer.render(kind, models[kind], 32, never)
      if (!rendering.ok) throw new Error(rendering.detail)
      const { data, info } = await sharp(rendering.png).raw().toBuffer({ resolveWithObject: true })
      expect(info).toMatchObject({ width: 69, height: 69, channels: 3 })
      expect(rendering).toMatchObject({ width: 69, height: 69 })
      expect(createHash('sha256').update('rgb8|69|69|').update(data).digest('hex')).toBe(rendering.pixelsSha256)
      if (renderer.deterministic) expect(await renderer.render(kind, models[kind], 32, never)).toEqual(rendering)
    })

    it('leaves the bytes of a model as they are', async () => {
      const bytes = Uint8Array.from(models.glb)
      await renderer.render('glb', bytes, 32, never)
      expect(Buffer.compare(bytes, models.glb)).toBe(0)
    })

    it('answers to a broken file with a fault of the file', async () => {
      const broken = [models.glb.subarray(0, 300), models.ply, new Uint8Array()]
      for (const bytes of broken) {
        expect(await renderer.render('glb', bytes, 32, never)).toMatchObject({ ok: false, fault: 'file' })
      }
    })

    it('draws only in sizes that make sense, and not after a stop', async () => {
      for (const size of [0, -1, 1.5, 100_000, Number.NaN]) {
        await expect(renderer.render('glb', models.glb, size, never)).rejects.toMatchObject({ code: 'usage' })
      }
      const stopped = renderer.render('glb', models.glb, 32, AbortSignal.abort())
      await expect(stopped).rejects.toMatchObject({ code: 'aborted' })
    })
  })
}

/** What every ImageDistance does; `post` and `ball` are previews of two unlike objects. */
export function imageDistanceContract(
  name: string,
  measure: ImageDistance,
  previews: () => Promise<{ post: Uint8Array; ball: Uint8Array }>,
): void {
  describe(`${name} as an image distance`, () => {
    it('is nothing between equal pictures, much between unlike ones, and the same both ways', async () => {
      const { post, ball } = await previews()
      expect(await measure.distance(post, post)).toBe(0)
      const distance = await measure.distance(post, ball)
      expect(distance).toBeGreaterThan(0.1)
      expect(await measure.distance(ball, post)).toBe(distance)
      expect(distance).toBe(Number(distance.toFixed(4)))
    })

    it.each([
      ['nothing', Buffer.alloc(0)],
      ['a drawing', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
      ['half a picture', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    ])('refuses %s', async (_, bytes) => {
      const { post } = await previews()
      await expect(measure.distance(post, bytes)).rejects.toMatchObject({ code: 'refused' })
      await expect(measure.distance(bytes, post)).rejects.toMatchObject({ code: 'refused' })
    })
  })
}
