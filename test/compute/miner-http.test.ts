import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { MinerHttp, type MinerHttpLimits } from '../../src/compute/miner-http.ts'
import type { Clock } from '../../src/engine/clock.ts'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'

const never = new AbortController().signal
const image = Uint8Array.of(0xff, 0xd8, 0, 13, 10, 45, 45)
const limits: MinerHttpLimits = {
  maxBytes: 100_000,
  generateMs: 360_000,
  healthMs: 5_000,
  startMs: 60_000,
  healthEveryMs: 1_000,
}
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

async function serve(handler: Handler): Promise<string> {
  const server = createServer((request, response) => void handler(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  )
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const newClock = (autoAdvance = false) => new VirtualClock(new Date(0), { autoAdvance })

function minerAt(url: string, clock: Clock = newClock()): MinerHttp {
  const miner = new MinerHttp(url, clock, limits)
  closing.push(() => miner.close())
  return miner
}

describe('generate', () => {
  it.each(['Bearer a-secret-of-ours', `${'.'.repeat(490)}a-secret-of-ours`])(
    'tells nobody our token where an error page repeats it',
    async (page) => {
      const url = await serve((_, response) => response.writeHead(500).end(page))
      const miner = new MinerHttp(url, newClock(), limits, { authorization: 'Bearer a-secret-of-ours' })
      closing.push(() => miner.close())
      const { detail = '' } = (await miner.generate(image, 1, never)) as { detail?: string }
      expect(detail).toMatch(/^status 500: .*\*\*\*$/)
      expect(detail).not.toMatch(/a-se/)
    },
  )

  it('sends the form of the miner contract and takes the body as the model', async () => {
    let seen = { method: '', url: '', type: '', length: '', body: Buffer.alloc(0) }
    const url = await serve(async (request, response) => {
      const { method = '', url = '', headers } = request
      const body = Buffer.concat(await request.toArray())
      seen = { method, url, type: headers['content-type'] ?? '', length: headers['content-length'] ?? '', body }
      response.end('model')
    })
    const generation = await minerAt(url).generate(image, 42, never)
    expect(generation).toEqual({ ok: true, bytes: Buffer.from('model'), seconds: 0 })
    expect(seen).toMatchObject({ method: 'POST', url: '/generate', length: String(seen.body.length) })
    const form = await new Response(seen.body, { headers: { 'content-type': seen.type } }).formData()
    expect([...form.keys()].sort()).toEqual(['prompt_image_file', 'seed'])
    expect(form.get('seed')).toBe('42')
    const file = form.get('prompt_image_file') as File
    expect([file.name, file.type]).toEqual(['prompt.jpg', 'image/jpeg'])
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(image)
  })

  it('counts the time to the last byte of the body', async () => {
    const clock = newClock()
    const url = await serve(async (_, response) => {
      response.writeHead(200).write('early')
      await new Promise(setImmediate)
      clock.advance(90_500)
      response.end('late')
    })
    expect(await minerAt(url, clock).generate(image, 1, never)).toMatchObject({ ok: true, seconds: 90.5 })
  })

  it('asks for one model at a time, each timed by itself', async () => {
    const clock = newClock()
    let active = 0
    const url = await serve(async (_, response) => {
      expect(++active).toBe(1)
      response.write('a')
      await new Promise(setImmediate)
      clock.advance(10_000)
      active--
      response.end('b')
    })
    const miner = minerAt(url, clock)
    const all = await Promise.all([1, 2, 3].map((seed) => miner.generate(image, seed, never)))
    expect(all.map((each) => each.ok && each.seconds)).toEqual([10, 10, 10])
  })

  const faults: [string, Handler, string][] = [
    ['status 500', (_, response) => response.writeHead(500).end('no\u0007 luck'), 'status 500: no\ufffd luck'],
    ['a long error', (_, response) => response.writeHead(400).end('x'.repeat(9_999)), `status 400: ${'x'.repeat(500)}`],
    [
      'a redirect',
      (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      'status 302: ',
    ],
    ['an empty model', (_, response) => response.end(), 'an empty model'],
    ['too much', (_, response) => response.end(Buffer.alloc(100_001)), 'a model of more than 100000 bytes'],
    ['too much without end', (_, response) => endless(response), 'a model of more than 100000 bytes'],
  ]
  it.each(faults)('takes %s for a fault of the image', async (_, handler, detail) => {
    const generation = await minerAt(await serve(handler)).generate(image, 1, never)
    const status = /^status (\d+)/.exec(detail)?.[1]
    expect(generation).toEqual({ ok: false, fault: 'image', detail, ...(status && { status: Number(status) }) })
  })

  it('takes as much as is allowed', async () => {
    const url = await serve((_, response) => response.end(Buffer.alloc(100_000)))
    expect(await minerAt(url).generate(image, 1, never)).toMatchObject({ ok: true })
  })

  it.each<[string, Handler]>([
    ['nothing comes', () => undefined],
    ['the body drips on and on', (_, response) => response.writeHead(200).write('x')],
  ])('gives up at the limit when %s', async (_, handler) => {
    const clock = newClock()
    const begun = Promise.withResolvers<void>()
    const url = await serve((request, response) => {
      handler(request, response)
      begun.resolve()
    })
    const generation = minerAt(url, clock).generate(image, 1, never)
    await begun.promise
    clock.advance(359_999)
    await new Promise(setImmediate)
    clock.advance(1)
    expect(await generation).toEqual({ ok: false, fault: 'image', detail: 'no model within 360 s', stalled: true })
  })

  it('takes a broken connection for a fault of the infrastructure', async () => {
    const url = await serve((request) => request.socket.destroy())
    expect(await minerAt(url).generate(image, 1, never)).toMatchObject({ ok: false, fault: 'infrastructure' })
    const cut = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('half')
      setImmediate(() => response.destroy())
    })
    expect(await minerAt(cut).generate(image, 1, never)).toMatchObject({ ok: false, fault: 'infrastructure' })
    expect(await minerAt('http://127.0.0.1:1').generate(image, 1, never)).toMatchObject({ fault: 'infrastructure' })
  })

  it('stops when it is told to, also while it waits for its turn', async () => {
    const stop = new AbortController()
    const url = await serve(() => stop.abort())
    const miner = minerAt(url)
    const first = miner.generate(image, 1, stop.signal)
    const second = miner.generate(image, 2, stop.signal)
    await expect(first).rejects.toMatchObject({ code: 'aborted' })
    await expect(second).rejects.toMatchObject({ code: 'aborted' })
  })
})

describe('becomesReady', () => {
  it('asks until the answer is 200', async () => {
    let asked = 0
    const clock = newClock(true)
    const url = await serve(async (request, response) => {
      expect(await text(request)).toBe('')
      response.writeHead(++asked < 4 ? 503 : request.url === '/health' ? 200 : 404).end('x')
    })
    // Requests take longer than a virtual moment: only the pauses between them may move the clock.
    const miner = new MinerHttp(url, { ...pausesOnly(clock) }, limits)
    closing.push(() => miner.close())
    expect(await miner.becomesReady('single', never)).toBe(true)
    expect(asked).toBe(4)
    expect(clock.now()).toEqual(new Date(3_000))
  })

  it('gives up when the time is over', async () => {
    expect(await minerAt('http://127.0.0.1:1', newClock(true)).becomesReady('single', never)).toBe(false)
  })

  it('stops when it is told to', async () => {
    const stop = new AbortController()
    const url = await serve(() => stop.abort())
    await expect(minerAt(url).becomesReady('single', stop.signal)).rejects.toMatchObject({ code: 'aborted' })
  })
})

function endless(response: ServerResponse): void {
  const more = () => {
    while (!response.destroyed && response.write(Buffer.alloc(16_384)));
  }
  response.on('drain', more)
  more()
}

/** Moves on for short sleeps and never ends the long ones, which are deadlines. */
function pausesOnly(clock: VirtualClock): Clock {
  const still = newClock()
  return {
    now: () => clock.now(),
    sleep: (ms, signal) => (ms <= limits.healthEveryMs ? clock : still).sleep(ms, signal),
    random: () => 0,
  }
}
