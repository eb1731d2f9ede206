import { afterEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { judgeAt } from '../support/vlm/judge.ts'
import { CLOSE, FAR, questionOf } from '../support/vlm/pictures.ts'
import { startVlmServer, type VlmServer, type VlmServerOptions } from '../support/vlm/server.ts'

const never = new AbortController().signal
const question = await questionOf('closer left', CLOSE, FAR)
const START = new Date('2026-03-01T00:00:00Z')
/** Pauses take no time, and can be told afterwards. */
const virtual = () => new VirtualClock(START, { autoAdvance: true })
const asked = ({ asked }: VlmServer) => [...asked.values()].reduce((sum, times) => sum + times, 0)

describe('an endpoint', () => {
  const servers: VlmServer[] = []
  async function server(options: VlmServerOptions = {}): Promise<VlmServer> {
    const started = await startVlmServer(options)
    servers.push(started)
    return started
  }
  afterEach(async () => {
    for (const each of servers.splice(0)) await each[Symbol.asyncDispose]()
  })

  it('that sends away is asked again when it said', async () => {
    const busy = await server({ limits: 1, retryAfter: 40 })
    const clock = virtual()
    const verdict = await judgeAt([busy.url], { clock }).judge(question, never)
    expect(verdict).toMatchObject({ winner: 'left' })
    expect([...busy.asked.values()]).toEqual([2, 2])
    expect(clock.now().getTime() - START.getTime()).toBeGreaterThanOrEqual(40_000)
  })

  it('that sends away for ever is given up', async () => {
    const full = await server({ maxWaiting: -1, retryAfter: 300 })
    await expect(judgeAt([full.url], { clock: virtual() }).judge(question, never)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/put off \d+ times/),
    })
  })

  it.each([
    ['is overloaded', { fails: 1 }],
    ['breaks off in the middle of an answer', { disconnects: 1 }],
  ])('that %s is asked again after a pause, with the same question', async (_, options) => {
    const flaky = await server(options)
    const clock = virtual()
    const verdict = await judgeAt([flaky.url], { clock }).judge(question, never)
    expect(verdict).toMatchObject({ winner: 'left' })
    expect([...flaky.asked.values()]).toEqual([2, 2])
    expect([...flaky.answered.values()]).toEqual([1, 1])
    expect(clock.now().getTime() - START.getTime()).toBeGreaterThanOrEqual(1000)
  })

  it('that does not answer at all is no verdict, and nothing to put on record', async () => {
    const gone = await startVlmServer()
    await gone[Symbol.asyncDispose]()
    const judge = judgeAt([gone.url], { clock: virtual() })
    await expect(judge.judge(question, never)).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
      where: gone.url,
      message: expect.stringMatching(/ECONNREFUSED|Connection error/),
    })
    // Once it is known to be down, nobody waits for it.
    await expect(judge.judge(question, never)).rejects.toThrow('none is up')
  })

  it('that is dead is left to the others', async () => {
    const [alive, gone] = [await server(), await startVlmServer()]
    await gone[Symbol.asyncDispose]()
    const judge = judgeAt([gone.url, alive.url], { clock: virtual() })
    for (let seed = 0; seed < 5; seed++) {
      expect(await judge.judge({ ...question, seed }, never)).toMatchObject({ winner: 'left' })
    }
    expect(asked(alive)).toBe(10)
  })

  it('is asked no more at once than it takes, and several share the work', async () => {
    const [one, other] = [await server({ slowMs: 5 }), await server({ slowMs: 5 })]
    const endpoints = [one, other].map(({ url }, i) => ({ url, concurrency: 1 + i }))
    const judge = judgeAt([], { endpoints })
    await Promise.all(Array.from({ length: 12 }, (_, seed) => judge.judge({ ...question, seed }, never)))
    expect([one.busiest, other.busiest]).toEqual([1, 2])
    expect(asked(one) + asked(other)).toBe(24)
    expect(Math.min(asked(one), asked(other))).toBeGreaterThan(3)
  })

  it('is asked no more often than it may be', async () => {
    const slow = await server()
    const clock = virtual()
    const endpoints = [{ url: slow.url, concurrency: 8, requestsPerMinute: 30 }]
    const judge = judgeAt([], { endpoints, clock })
    await Promise.all([1, 2, 3].map((seed) => judge.judge({ ...question, seed }, never)))
    expect(clock.now().getTime() - START.getTime()).toBeGreaterThanOrEqual(5 * 2000)
  })

  it('gets its key, and says where to put it', async () => {
    const locked = await server({ apiKey: 'secret' })
    const at = (apiKey: string) =>
      judgeAt([], { endpoints: [{ url: locked.url, concurrency: 1, apiKey: () => apiKey }] })
    const verdict = await at('secret').judge(question, never)
    expect(JSON.stringify(verdict)).not.toContain('secret')
    await expect(at('wrong').judge(question, never)).rejects.toMatchObject({
      code: 'unauthorised',
      hint: expect.stringContaining('ROUNDKEEPER_JUDGE_API_KEY'),
    })
  })

  it('needs no path, and is recorded without what may be secret in its address', async () => {
    const { port } = new URL((await server()).url)
    const url = `http://127.0.0.1:${port}?token=x`
    const verdict = await judgeAt([url]).judge(question, never)
    expect(verdict.transcript).toMatchObject({ calls: [{ endpoint: `http://127.0.0.1:${port}/v1` }, {}] })
  })

  it('is given up when told to stop, in the middle of an answer too', async () => {
    const slow = await server({ slowMs: 60_000 })
    const stop = new AbortController()
    slow.set({ onQuestion: () => stop.abort() })
    await expect(judgeAt([slow.url]).judge(question, stop.signal)).rejects.toMatchObject({ code: 'aborted' })
  })
})
