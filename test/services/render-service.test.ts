import { afterAll, describe, expect, it } from 'vitest'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import { HttpRenderer } from '../../src/media/http-renderer.ts'
import { WorkerRenderer } from '../../src/media/worker-renderer.ts'
import { rendererContract } from '../media/contracts.ts'
import { formOf, startRenderService } from '../support/media-services.ts'
import { signpost, sphere, writeGlb, writePly } from '../support/models.ts'

type Body = FormData | URLSearchParams | Buffer

const never = new AbortController().signal
const pool = new WorkerRenderer({ workers: 2 })
const running = await startRenderService(pool)
afterAll(async () => {
  await running[Symbol.asyncDispose]()
  await pool.close()
})
rendererContract('HttpRenderer', new HttpRenderer({ endpoint: `${running.url}/` }))

const glb = writeGlb(signpost())
const ply = writePly([{ at: [0, 0, 0] }, { at: [1, 0, 0] }])
const post = (path: string, body?: Body) => fetch(running.url + path, { method: 'POST', ...(body && { body }) })
const file = (name: string, bytes: Uint8Array = glb) => formOf({ file: { name, bytes } })

describe('the render service', () => {
  it('draws the pixels that are drawn here, and names them', async () => {
    const here = await new CpuRenderer().render('glb', glb, 32, never)
    if (!here.ok) throw new Error(here.detail)
    for (const answer of [
      await post('/render_glb', file('a.GLB')),
      await post('/render', file('a.glb')),
      await post('/render', file('whatever')),
      await post('/render?size=32', Buffer.from(glb)),
    ]) {
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toBe('image/png')
      expect(answer.headers.get('x-renderer')).toBe(pool.id)
      expect(answer.headers.get('x-pixels-sha256')).toBe(here.pixelsSha256)
      expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), here.png)).toBe(0)
    }
    expect((await post('/render_ply?device=cuda', file('a.ply', ply))).status).toBe(200)
  })

  it.each<[string, string, Body | undefined, number, string]>([
    ['no body', '/render_glb', undefined, 422, 'no_file'],
    ['another type', '/render_glb', Buffer.from(glb), 422, 'no_file'],
    ['another part', '/render_ply', formOf({ model: { name: 'a.ply', bytes: ply } }), 422, 'no_file'],
    ['no file', '/render_ply', new URLSearchParams({ file: 'a.ply' }), 422, 'no_file'],
    ['another extension', '/render_glb', file('a.ply'), 400, 'extension'],
    ['another device', '/render_ply?device=tpu', file('a.ply', ply), 422, 'device'],
    ['a size that is none', '/render?size=1e2', file('a.glb'), 422, 'size'],
    ['a size beyond all', '/render?size=99999', file('a.glb'), 422, 'usage'],
    ['nothing', '/render', undefined, 422, 'no_file'],
    ['an empty file', '/render_ply', file('a.ply', new Uint8Array()), 400, 'format'],
    ['something else', '/render', Buffer.from('solid cube'), 400, 'format'],
    ['half a model', '/render_glb', file('a.glb', glb.subarray(0, 300)), 400, 'truncated'],
    ['a model that is too wide', '/render', file('a.glb', writeGlb(sphere(0.9))), 400, 'out_of_bounds'],
  ])('answers to %s', async (_, path, body, status, code) => {
    const answer = await post(path, body)
    expect({ status: answer.status, body: await answer.json() }).toEqual({
      status,
      body: { detail: expect.any(String), code },
    })
  })

  it('says how it is', async () => {
    const get = (path: string, method = 'GET') => fetch(running.url + path, { method })
    expect(await (await get('/health')).json()).toEqual({ status: 'ok' })
    expect(await (await get('/ready')).json()).toEqual({ status: 'ready' })
    expect((await get('/other/path')).status).toBe(404)
    const wrong = await get('/render_glb', 'DELETE')
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST'])

    const metrics = await (await get('/metrics')).text()
    expect(metrics).toMatch(/^roundkeeper_requests_total\{route="\/render_glb",status="400",code="truncated"\} \d+$/m)
    expect(metrics).toMatch(/^roundkeeper_requests_total\{route="none",status="404",code="not_found"\} 1$/m)
    expect(metrics).toMatch(/^roundkeeper_request_seconds_count\{route="\/render"\} \d+$/m)
    expect(metrics).toMatch(/^roundkeeper_requests_inside 0$/m)
    expect(metrics).not.toContain('other')
    expect(running.events.at(-1)).toMatchObject({ method: 'GET', path: '/metrics', status: 200, code: 'ok' })
    expect(running.events.find(({ code }) => code === 'truncated')?.bytes_in).toBeGreaterThan(300)
  })
})
