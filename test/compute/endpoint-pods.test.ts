import { describe, expect, it } from 'vitest'
import { EndpointPods } from '../../src/compute/endpoint-pods.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { startHttpServer } from '../support/file-server.ts'

const never = new AbortController().signal
const limits = { maxBytes: 100, generateMs: 5_000, healthMs: 1_000, startMs: 100, healthEveryMs: 20 }
const pods = (url: string) => new EndpointPods({ url, clock: new SystemClock(), limits })

describe('EndpointPods', () => {
  it('asks what runs there, and neither starts nor stops it', async () => {
    await using server = await startHttpServer((request, response) =>
      request.url === '/health' ? response.end() : response.end('a model'),
    )
    await using here = pods(`${server.url}/`)
    const start = await here.start('any', 'pod', never)
    if (!start.ok) throw new Error(start.detail)
    await start.pod.stop()
    const generation = await start.pod.generate({ name: 'p', image: Uint8Array.of(1) }, 7, never)
    expect(generation.ok && Buffer.from(generation.bytes).toString()).toBe('a model')
  })

  it('blames no image for an address where nobody answers', async () => {
    await using here = pods('http://127.0.0.1:1')
    const start = await here.start('any', 'pod', never)
    expect(start).toMatchObject({
      ok: false,
      fault: 'infrastructure',
      detail: expect.stringContaining('127.0.0.1:1/health'),
    })
  })
})
