import { afterAll, describe, expect, it } from 'vitest'
import { ClassicalDistance } from '../../src/media/classical-distance.ts'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import { HttpImageDistance } from '../../src/media/http-image-distance.ts'
import { imageDistanceContract } from '../media/contracts.ts'
import { startHttpServer } from '../support/file-server.ts'
import { formOf, startDistanceService } from '../support/media-services.ts'
import { signpost, sphere, type TestMesh, writeGlb } from '../support/models.ts'

const preview = async (mesh: TestMesh) => {
  const drawn = await new CpuRenderer().render('glb', writeGlb(mesh), 96, new AbortController().signal)
  if (!drawn.ok) throw new Error(drawn.detail)
  return drawn.png
}
const [post, ball] = [await preview(signpost()), await preview(sphere(0.5))]
const pictures: Record<string, Uint8Array> = { '/post.png': post, '/ball.png': ball, '/text.png': Buffer.from('text') }
const cdn = await startHttpServer(({ url }, response) => {
  const found = pictures[url ?? '']
  if (url === '/moved.png') return response.writeHead(302, { location: '/post.png' }).end()
  return response.writeHead(found === undefined ? 404 : 200).end(found)
})
const hosts = { 'cdn.test': { address: '127.0.0.1', port: cdn.port }, 'down.test': { address: '127.0.0.1', port: 1 } }
const running = await startDistanceService({}, { hosts })
afterAll(async () => {
  await running[Symbol.asyncDispose]()
  await cdn[Symbol.asyncDispose]()
})

const client = new HttpImageDistance({ endpoint: running.url })
imageDistanceContract('HttpImageDistance', client, async () => ({ post, ball }))

const ask = async (body: unknown) => {
  const answer = await fetch(`${running.url}/distance`, {
    method: 'POST',
    body: typeof body === 'string' || body instanceof FormData ? body : JSON.stringify(body),
  })
  return [answer.status, await answer.json()]
}
const url = (name: string, host = 'cdn.test') => `http://${host}/${name}.png`

describe('the distance service', () => {
  it('fetches and measures as the original does', async () => {
    const distance = await new ClassicalDistance().distance(post, ball)
    expect(await ask({ url_a: url('post'), url_b: url('ball') })).toEqual([200, { distance, error: null }])
    expect(await ask({ url_a: url('post'), url_b: url('post') })).toEqual([200, { distance: 0, error: null }])
  })

  it.each([
    ['a picture that is not there', url('none'), [200, { distance: null, error: 'file_not_found' }]],
    ['a redirect', url('moved'), [200, { distance: null, error: 'file_not_found' }]],
    ['a host that does not answer', url('post', 'down.test'), [200, { distance: null, error: 'request_error' }]],
    ['an address of our own network', `http://127.0.0.1:${cdn.port}/post.png`, [200, { error: 'request_error' }]],
    ['another protocol', 'file:///etc/passwd', [200, { distance: null, error: 'request_error' }]],
    ['what is no picture', url('text'), [500, { code: 'refused' }]],
  ])('answers to %s', async (_, other, answer) => {
    expect(await ask({ url_a: url('post'), url_b: other })).toMatchObject(answer)
  })

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['one URL', { url_a: url('post') }],
    ['a number', { url_a: url('post'), url_b: 1 }],
    ['a form with one picture', formOf({ image_a: { name: 'a.png', bytes: post } })],
  ])('refuses %s', async (_, body) => {
    expect(await ask(body)).toMatchObject([422, { detail: expect.any(String) }])
  })

  it('takes no more than a few kilobytes of JSON', async () => {
    expect(await ask({ url_a: 'x'.repeat(20_000), url_b: 'x' })).toMatchObject([413, { code: 'too_large' }])
  })

  it('is asked by URL, too, where pictures are published', async () => {
    const publish = async (image: Uint8Array) => url(image === post ? 'post' : image === ball ? 'ball' : 'none')
    const byUrl = new HttpImageDistance({ endpoint: running.url, publish, sleep: async () => undefined })
    expect(await byUrl.distance(post, ball)).toBe(await client.distance(post, ball))
    const missing = byUrl.distance(post, Buffer.from('other'))
    await expect(missing).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('file_not_found'),
    })
  })
})

describe('a distance that was not measured', () => {
  it.each<[string, number, string]>([
    ['null', 200, '{"distance": null, "error": "request_error"}'],
    ['no number', 200, '{"distance": "0"}'],
    ['nothing', 200, ''],
    ['a number that is none', 200, '{"distance": -1}'],
    ['a number beyond all', 200, '{"distance": 1e9}'],
    ['a page', 200, '<html>0</html>'],
    ['a failure', 500, '{"distance": 0}'],
    ['a wrong address', 404, '{"distance": 0}'],
  ])('is never 0: %s', async (_, status, body) => {
    await using server = await startHttpServer((_request, response) => response.writeHead(status).end(body))
    const measure = new HttpImageDistance({ endpoint: server.url, sleep: async () => undefined })
    await expect(measure.distance(post, post)).rejects.toMatchObject({ code: 'unavailable', retryable: true })
  })

  it('not with nobody there either', async () => {
    const measure = new HttpImageDistance({ endpoint: 'http://127.0.0.1:1', sleep: async () => undefined })
    await expect(measure.distance(post, post)).rejects.toMatchObject({ code: 'unavailable' })
  })
})
