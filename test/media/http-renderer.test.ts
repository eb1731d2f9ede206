import type { IncomingMessage, ServerResponse } from 'node:http'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { HttpRenderer } from '../../src/media/http-renderer.ts'
import { startHttpServer } from '../support/file-server.ts'

const never = new AbortController().signal
const model = Buffer.from('glTF model')
const picture = (width: number, height: number, channels: 3 | 4 = 3) =>
  sharp({ create: { width, height, channels, background: { r: 9, g: 9, b: 9, alpha: 0.5 } } })
    .png()
    .toBuffer()
const grid = await picture(69, 69)
const oblong = await picture(69, 70)
const transparent = await picture(69, 69, 4)

/** A service that answers in turn, the last answer for ever. */
async function serve(...answers: [status: number, body: string | Buffer, headers?: Record<string, string>][]) {
  const requests: { url: string; type: string; body: string }[] = []
  const server = await startHttpServer(async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const type = request.headers['content-type'] ?? ''
    requests.push({ url: request.url ?? '', type, body: Buffer.concat(chunks).toString('latin1') })
    const [status, body, headers = {}] = answers[Math.min(requests.length, answers.length) - 1]!
    response.writeHead(status, headers).end(body)
  })
  const pauses: number[] = []
  const sleep = async (ms: number) => void pauses.push(ms)
  return { server, requests, pauses, renderer: new HttpRenderer({ endpoint: `${server.url}/`, sleep }) }
}

describe('drawing by a service', () => {
  it('asks in the original’s words', async () => {
    const { server, requests, renderer } = await serve([200, await picture(1041, 1041)])
    await using _ = server
    expect(renderer).toMatchObject({ id: 'http-preview/1', deterministic: false })
    expect(await renderer.render('glb', model, 518, never)).toMatchObject({ ok: true, width: 1041, height: 1041 })
    await renderer.render('ply', model, 32, never)
    expect(requests.map(({ url }) => url)).toEqual(['/render_glb', '/render_ply?size=32'])
    expect(requests[0]?.type).toMatch(/^multipart\/form-data; boundary=/)
    expect(requests[0]?.body).toMatch(
      /name="file"; filename="model\.glb"\r\nContent-Type: application\/octet-stream\r\n\r\nglTF model\r\n/,
    )
  })

  it('asks again while it is busy or failing, and as late as it is told to', async () => {
    const { server, pauses, renderer } = await serve([503, ''], [429, '', { 'retry-after': '7' }], [200, grid])
    await using _ = server
    expect(await renderer.render('glb', model, 32, never)).toMatchObject({ ok: true })
    expect(pauses).toEqual([1_000, 7_000])
  })

  it.each<[string, number, string | Buffer, object, number]>([
    [
      'a fault, by its code',
      400,
      '{"detail": "too wide", "code": "out_of_bounds"}',
      { fault: 'file', code: 'out_of_bounds', detail: 'too wide' },
      1,
    ],
    ['the original’s refusal', 400, '{"detail": "contains 2 objects"}', { fault: 'file', code: 'refused' }, 1],
    ['too large a file', 413, '{"detail": "too large"}', { fault: 'file', code: 'limit' }, 1],
    ['a proxy’s refusal', 400, '<html>', { fault: 'infrastructure', code: 'unexpected' }, 1],
    ['a wrong address', 404, '{"detail": "Not Found"}', { fault: 'infrastructure', code: 'unexpected' }, 1],
    [
      'a failure',
      500,
      '{"detail": "Failed to render uploaded file: x"}',
      { fault: 'infrastructure', code: 'failing' },
      3,
    ],
    ['no end of being busy', 503, '', { fault: 'infrastructure', code: 'busy' }, 3],
    ['no picture', 200, '<html>', { fault: 'infrastructure', code: 'unexpected' }, 1],
    ['half a picture', 200, grid.subarray(0, 60), { fault: 'infrastructure', code: 'unexpected' }, 1],
    ['a picture of another size', 200, oblong, { fault: 'infrastructure', code: 'unexpected' }, 1],
    ['a transparent picture', 200, transparent, { fault: 'infrastructure', code: 'unexpected' }, 1],
  ])('hears %s', async (_, status, body, rendering, asked) => {
    const { server, requests, renderer } = await serve([status, body])
    await using _server = server
    expect(await renderer.render('glb', model, 32, never)).toMatchObject({ ok: false, ...rendering })
    expect(requests).toHaveLength(asked)
  })

  it('does not wait for ever, and blames no file for nobody being there', async () => {
    await using silent = await startHttpServer(() => undefined)
    const waiting = new HttpRenderer({ endpoint: silent.url, timeoutMs: 50, attempts: 1 })
    expect(await waiting.render('glb', model, 32, never)).toMatchObject({ fault: 'infrastructure', code: 'timeout' })
    const nobody = new HttpRenderer({ endpoint: 'http://127.0.0.1:1', attempts: 1 })
    expect(await nobody.render('glb', model, 32, never)).toMatchObject({ fault: 'infrastructure', code: 'unreachable' })
  })

  it('stops when it is told to, while it waits for an answer or to ask again', async () => {
    const stop = new AbortController()
    await using silent = await startHttpServer(() => stop.abort())
    const asking = new HttpRenderer({ endpoint: silent.url }).render('glb', model, 32, stop.signal)
    await expect(asking).rejects.toMatchObject({ code: 'aborted' })

    const again = new AbortController()
    await using busy = await startHttpServer((_request, response) => {
      response.writeHead(503).end()
      setImmediate(() => again.abort())
    })
    const pausing = new HttpRenderer({ endpoint: busy.url }).render('glb', model, 32, again.signal)
    await expect(pausing).rejects.toMatchObject({ code: 'aborted' })
  })

  it('needs an address', () => {
    for (const endpoint of ['', 'render.test:8000', 'ftp://x']) {
      expect(() => new HttpRenderer({ endpoint })).toThrow(expect.objectContaining({ code: 'usage' }))
    }
  })
})
