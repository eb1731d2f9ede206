import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { CloudPods } from '../../../src/compute/cloud-pods.ts'
import type { PodProvider, PodView } from '../../../src/compute/pod-provider.ts'
import type { Batch } from '../../../src/compute/pods.ts'
import type { Clock } from '../../../src/engine/clock.ts'
import { SystemClock } from '../../../src/engine/system-clock.ts'
import { type HttpTestServer, startHttpServer } from '../../support/file-server.ts'

const never = new AbortController().signal
const owner = { competition: 'mesh 17 1000', round: 7 }
const batch: Batch = {
  prompts: [{ stem: 'p1', url: 'https://prompts.test/p1.png' }],
  ...{ seed: 7, extensions: ['glb'], maxModelBytes: 1000, maxSeconds: 60 },
}
/** Pauses are over at once; deadlines of requests are not. */
const real = new SystemClock()
const clock: Clock = {
  now: () => real.now(),
  sleep: (ms, signal) => real.sleep(ms >= 20_000 ? ms : 0, signal),
  random: () => 0,
}

let server: HttpTestServer | undefined
afterEach(async () => {
  await server?.[Symbol.asyncDispose]()
  server = undefined
})

/** A provider with one pod, which answers as told once it has been asked for something. */
async function provider(changes: Partial<PodProvider> = {}) {
  const told = { status: 'ready', after: (response: ServerResponse): unknown => response.destroy(), view: 'running' }
  const ordered: string[] = []
  let asked = false
  server = await startHttpServer((request, response) => {
    if (request.url === '/health') return void response.end()
    if (asked) return void told.after(response)
    asked = request.url === '/generate'
    response.end(asked ? '{"accepted": 1}' : JSON.stringify({ status: told.status }))
  })
  const { url } = server
  const one: PodProvider = {
    id: 'cloud',
    deploy: async ({ name }) => {
      ordered.push(name)
      return { name }
    },
    find: async (name) => {
      const state = asked ? told.view : 'running'
      return state === 'gone' ? undefined : { name, url, state: state as PodView['state'] }
    },
    ...{ logs: async () => '', stop: async () => undefined, list: async () => [], cost: async () => undefined },
    ...changes,
  }
  const limits = {
    startMs: 1000,
    healthEveryMs: 5,
    pollEveryMs: 5,
    acquireMs: 60_000,
    retryEveryMs: 5,
    batch: { lookEveryMs: () => 5, unreachableMs: 20 },
  }
  const runs = { current: 'here0run1p1', isOver: () => false }
  const pods = new CloudPods({ providers: [one], clock, runs, limits })
  return { told, ordered, start: () => pods.start('ghcr.io/me/model', 'miner-0', never, owner, 'batch') }
}

describe('a pod at a provider, asked for a batch,', () => {
  const refuses = (status: number) => (response: ServerResponse) => response.writeHead(status).end()
  const breaks = (response: ServerResponse) => response.destroy()
  it.each<[string, (response: ServerResponse) => unknown, string, object]>([
    ['is gone', breaks, 'gone', { fault: 'infrastructure', detail: /the pod is gone/ }],
    ['is taken away', breaks, 'ended', { fault: 'infrastructure', detail: /taken away/ }],
    ['breaks connections while it runs', breaks, 'running', { fault: 'infrastructure', unclear: true }],
    ['has ended by itself', breaks, 'failed', { fault: 'image', lost: true }],
    ['is not waited for by its gateway', refuses(504), 'running', { fault: 'infrastructure', unclear: true }],
    ['refuses, and is healthy', refuses(502), 'running', { fault: 'image', status: 502 }],
    ['asks to be replaced', (response) => response.end('{"status": "replace"}'), 'running', { requested: true }],
  ])('%s', async (_, after, view, failure) => {
    const { told, start } = await provider()
    Object.assign(told, { after, view })
    const started = await start()
    if (!started.ok) throw new Error(started.detail)
    const says = Object.entries(failure).map(([key, value]) => [key, value instanceof RegExp ? expect.stringMatching(value) : value]) // biome-ignore format: a field a time
    expect(await started.pod.generateBatch?.(batch, never)).toMatchObject({ ok: false, ...Object.fromEntries(says) })
    await started.pod.stop()
  })

  it('is not ready before it says so', async () => {
    const { told, start } = await provider()
    told.status = 'replace'
    expect(await start()).toMatchObject({ ok: false, fault: 'image', detail: expect.stringMatching(/says "replace"/) })
  })

  it('is not ordered where it could not fetch a picture', async () => {
    const { ordered, start } = await provider({ isClosed: true })
    expect(await start()).toMatchObject({
      ok: false,
      fault: 'infrastructure',
      detail: expect.stringMatching(/"egress": "open"/),
    })
    expect(ordered).toEqual([])
  })
})
