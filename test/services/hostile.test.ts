import { request } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Renderer, Rendering } from '../../src/media/renderer.ts'
import { formOf, type Running, sayRaw, startRenderService } from '../support/media-services.ts'

const DRAWN: Rendering = { ok: true, png: Buffer.from('png'), width: 69, height: 69, pixelsSha256: 'p' }
const instant: Renderer = { id: 'instant', deterministic: true, render: async () => DRAWN }

/** Draws when it is told to. */
function slow() {
  let begun = 0
  const open = Promise.withResolvers<void>()
  const aborted: unknown[] = []
  const renderer: Renderer = {
    id: 'slow',
    deterministic: true,
    render: (_kind, _bytes, _size, signal) => {
      begun++
      signal.addEventListener('abort', () => aborted.push(signal.reason))
      return open.promise.then(() => DRAWN)
    },
  }
  return { renderer, finish: open.resolve, begun: () => begun, aborted }
}
const draw = ({ url }: Running, bytes = new Uint8Array(10)) =>
  fetch(`${url}/render_glb`, { method: 'POST', body: formOf({ file: { name: 'a.glb', bytes } }) })
const until = (is: () => boolean) => expect.poll(is, { interval: 5, timeout: 120_000 }).toBe(true)
const statusOf = (said: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(said)?.[1])

const head = (length: string, type = 'multipart/form-data; boundary=x') =>
  `POST /render_glb HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\n${length}\r\n\r\n`
const PART = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.glb"\r\n\r\n'

describe('what clients may do to a service', () => {
  it('announce a gigabyte: refused before a byte of it', async () => {
    await using running = await startRenderService(instant)
    const said = await sayRaw(running.port, head(`Content-Length: ${2 ** 30}`))
    expect(statusOf(said)).toBe(413)
    expect(said).toMatch(/^connection: close/im)
    expect(running.events).toMatchObject([{ status: 413, bytes_in: 0 }])
  })

  it('send more than they may without saying how much: refused while it arrives', async () => {
    await using running = await startRenderService(instant, { maxFileBytes: 100_000 })
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
    const first = `${PART.length.toString(16)}\r\n${PART}\r\n`
    const said = await sayRaw(running.port, head('Transfer-Encoding: chunked'), first, chunk, chunk, chunk, chunk)
    expect(statusOf(said)).toBe(413)
    expect(running.events[0]!.bytes_in).toBeLessThan(300_000)
  })

  it('send exactly what they may', async () => {
    await using running = await startRenderService(instant, { maxFileBytes: 100_000 })
    expect((await draw(running, new Uint8Array(100_000))).status).toBe(200)
    expect((await draw(running, new Uint8Array(100_001))).status).toBe(413)
  })

  it('send so slowly that it never ends', async () => {
    await using running = await startRenderService(instant, { idleMs: 100 })
    const said = await sayRaw(running.port, head('Content-Length: 1000'), PART)
    expect(statusOf(said)).toBe(408)
    expect(running.service.admission.inside).toBe(0)
  })

  it('send a byte now and then', async () => {
    await using running = await startRenderService(instant, { idleMs: 200, requestTimeoutMs: 60_000 })
    const { promise, resolve } = Promise.withResolvers<string>()
    const socket = connect(running.port, '127.0.0.1', () => socket.write(head('Content-Length: 1000') + PART))
    const drip = setInterval(() => socket.write('x'), 20)
    socket.on('error', () => {}).once('data', (said) => resolve(String(said)))
    expect(statusOf(await promise)).toBe(408)
    clearInterval(drip)
    socket.destroy()
    expect(running.service.admission.inside).toBe(0)
  })

  it.each([
    ['leave in the middle', ['Content-Length: 1000', `${PART}abc`, 'end'], 0, 'gone'],
    ['forget the end of a form', [`Content-Length: ${PART.length}`, PART], 400, 'form'],
    ['send what is no form', ['Content-Length: 5', 'abcde'], 400, 'form'],
    [
      'send a form of too many parts',
      ['Content-Length: 60000', PART.replace('; filename="a.glb"', '').repeat(1000)],
      400,
      'form',
    ],
  ] as const)('%s', async (_, [length, ...rest], status, code) => {
    await using running = await startRenderService(instant, { idleMs: 1_000 })
    const said = await sayRaw(running.port, head(`${length}\r\nConnection: close`), ...rest)
    if (status !== 0) expect(statusOf(said)).toBe(status)
    await until(() => running.events.length === 1)
    expect(running.events[0]).toMatchObject({ status: 400, code })
    expect((await draw(running)).status).toBe(200)
    expect(running.service.admission).toMatchObject({ inside: 0, heldBytes: 0 })
  })

  it('send a form without a boundary, or something that is not HTTP', async () => {
    await using running = await startRenderService(instant)
    const length = 'Content-Length: 0\r\nConnection: close'
    expect(statusOf(await sayRaw(running.port, head(length, 'multipart/form-data')))).toBe(400)
    expect(statusOf(await sayRaw(running.port, '\x16\x03\x01 hello\r\n\r\n'))).toBe(400)
    expect(statusOf(await sayRaw(running.port, `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`))).toBe(431)
    expect((await draw(running)).status).toBe(200)
  })

  it('come a thousand at once: all are answered, few are let in', async () => {
    const { renderer, finish, begun } = slow()
    await using running = await startRenderService(renderer)
    const { admission } = running.service
    const answers = Array.from({ length: 1000 }, () => draw(running))
    await until(() => running.events.length >= 990)
    expect(admission.inside).toBe(10)
    expect((await fetch(`${running.url}/health`)).status).toBe(200)
    expect(begun()).toBe(2)
    finish()
    const all = await Promise.all(answers)
    const drawn = all.filter(({ status }) => status === 200)
    const sentAway = all.filter(({ status }) => status === 429)
    expect([drawn.length, sentAway.length]).toEqual([10, 990])
    expect(sentAway.every(({ headers }) => headers.get('retry-after') === '2')).toBe(true)
    expect(admission).toMatchObject({ inside: 0, running: 0, heldBytes: 0 })
  })

  it('upload more together than is held', async () => {
    const { renderer, finish, begun } = slow()
    await using running = await startRenderService(renderer, { heldBytes: 150_000 })
    const first = draw(running, new Uint8Array(100_000))
    await until(() => begun() === 1)
    expect((await draw(running, new Uint8Array(100_000))).status).toBe(429)
    finish()
    expect((await first).status).toBe(200)
    expect((await draw(running, new Uint8Array(100_000))).status).toBe(200)
  })

  it('leave while their model is drawn: the work ends, and those who wait in vain take no turn', async () => {
    const { renderer, finish, begun, aborted } = slow()
    await using running = await startRenderService(renderer, { running: 1 })
    const leave = new AbortController()
    const leaving = [1, 2].map(() => {
      const call = request(`${running.url}/render`, { method: 'POST', signal: leave.signal })
      call.on('error', () => {})
      call.end('glTF')
      return new Promise((resolve) => call.on('close', resolve))
    })
    await until(() => begun() === 1 && running.service.admission.inside === 2)
    leave.abort()
    await Promise.all(leaving)
    await until(() => running.service.admission.inside === 0)
    expect(aborted).toMatchObject([{ code: 'gone' }])
    finish()
    expect((await draw(running)).status).toBe(200)
    expect(begun()).toBe(2)
  })

  it('wait until their time is over', async () => {
    const { renderer, finish, aborted } = slow()
    await using running = await startRenderService(renderer, { requestTimeoutMs: 400 })
    const answer = await draw(running)
    expect([answer.status, await answer.json()]).toMatchObject([504, { code: 'timeout' }])
    expect(aborted).toHaveLength(1)
    finish()
  })
})

describe('a failure of ours', () => {
  it('is told as such, and not what it consists of', async () => {
    const results: (() => Promise<Rendering>)[] = [
      async () => ({ ok: false, fault: 'infrastructure', code: 'crash', detail: 'the thread ended' }),
      async () => {
        throw new Error('secret')
      },
    ]
    await using running = await startRenderService({ ...instant, render: () => results.shift()!() })
    const crashed = await draw(running)
    expect([crashed.status, await crashed.json()]).toEqual([
      500,
      { detail: 'Failed to render uploaded file: the thread ended', code: 'crash' },
    ])
    const broken = await draw(running)
    expect([broken.status, await broken.text()]).toEqual([500, expect.not.stringContaining('secret')])
    expect(running.events[1]?.error).toMatch(/^Error: secret\n/)
  })
})

describe('stopping', () => {
  it('finishes what is inside, lets nobody in, and keeps no connection', async () => {
    const { renderer, finish, begun } = slow()
    const running = await startRenderService(renderer)
    const answers = [1, 2, 3].map(() => draw(running))
    await until(() => begun() === 2 && running.service.admission.inside === 3)
    const stopped = running.stop(10_000)
    await expect(draw(running)).rejects.toThrow()
    finish()
    const all = await Promise.all(answers)
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200])
    await stopped
  })

  it('says so to those who hold a connection', async () => {
    const { renderer, finish, begun } = slow()
    const running = await startRenderService(renderer)
    // The second request is on the same connection, and is read when the first is answered.
    const one = 'POST /render HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nglTF'
    const said = sayRaw(running.port, one)
    await until(() => begun() === 1)
    expect(await (await fetch(`${running.url}/ready`)).json()).toEqual({ status: 'ready' })
    const stopped = running.stop(10_000)
    expect(() => running.service.admission.enter()).toThrow(
      expect.objectContaining({ status: 503, retryAfterSeconds: 10 }),
    )
    finish()
    expect(await said).toMatch(/^HTTP\/1\.1 200 [\s\S]*^connection: close/im)
    await stopped
  })

  it('ends what does not finish in time', async () => {
    const { renderer, begun, aborted } = slow()
    const running = await startRenderService(renderer)
    const answer = draw(running)
    await until(() => begun() === 1)
    await running.stop(10)
    expect((await answer).status).toBe(503)
    expect(aborted).toHaveLength(1)
  })
})
