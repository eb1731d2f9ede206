import { once } from 'node:events'
import { connect } from 'node:net'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JobName } from '../../src/operate/job.ts'
import { operateMetrics } from '../../src/operate/operate-metrics.ts'
import { operateService } from '../../src/operate/operate-service.ts'
import type { StandingNow } from '../../src/operate/standing.ts'
import { type Listening, listen } from '../../src/services/listen.ts'

const standing: StandingNow = {
  ...{ competition: 'c', head: 'abc', round: 3, stage: 'duels', block: 700, waiting: null },
  ...{ lag_blocks: 12, late: true, seen_at: '2026-11-20T00:00:00.000Z' },
}
const success = new Date('2026-11-20T00:00:00Z')
const register = new Registry()
const metrics = operateMetrics(register, {
  version: '1.2.3',
  standing: () => standing,
  isRunning: (job) => job === 'advance',
  lastSuccess: (job) => (job === 'advance' ? success : undefined),
  failures: () => 2,
  next: () => new Date(success.getTime() + 600_000),
  jobs: ['advance', 'verify'] satisfies JobName[],
})
let stopping: string | undefined
let listening: Listening
const ask = (path: string, init?: RequestInit) => fetch(`${listening.url}${path}`, init)

beforeAll(async () => {
  const service = operateService({
    register,
    unready: () => stopping,
    status: () => ({ standing }),
    tell: () => undefined,
  })
  listening = await listen(service, { host: '127.0.0.1', port: 0 })
})
afterAll(() => listening.stop(0))

describe('over HTTP', () => {
  it('says that it lives, whether it is ready, and where the competition stands', async () => {
    expect((await ask('/live')).status).toBe(200)
    expect((await ask('/ready')).status).toBe(200)
    const status = await ask('/status')
    expect(status.headers.get('cache-control')).toBe('no-store')
    expect(await status.json()).toEqual({ standing })
    stopping = 'stopping'
    expect([(await ask('/ready')).status, (await ask('/live')).status]).toEqual([503, 200])
    stopping = undefined
  })

  it('tells Prometheus numbers, of what it does and of what it is asked', async () => {
    metrics.job({ kind: 'again', job: 'advance', at: success })
    metrics.job({ kind: 'ended', job: 'advance', at: success, ms: 2000, ending: { kind: 'ok', outcome: { said: '' } } })
    metrics.commits(4)
    metrics.evidence('preview', 'made')
    metrics.evidence('<script>', 'found')
    metrics.poolTask(false)
    metrics.findings('error', 1)
    const text = await (await ask('/metrics')).text()
    for (const line of [
      'roundkeeper_build_info{version="1.2.3",',
      'roundkeeper_job_runs_total{job="advance",outcome="ok"} 1',
      'roundkeeper_job_runs_total{job="verify",outcome="failed"} 0',
      'roundkeeper_job_overlaps_total{job="advance"} 1',
      'roundkeeper_job_seconds_bucket{le="1",job="advance"} 0',
      'roundkeeper_job_seconds_bucket{le="5",job="advance"} 1',
      'roundkeeper_job_running{job="advance"} 1',
      'roundkeeper_job_failures_in_a_row{job="verify"} 2',
      `roundkeeper_job_last_success_timestamp_seconds{job="advance"} ${success.getTime() / 1000}`,
      `roundkeeper_job_next_timestamp_seconds{job="verify"} ${success.getTime() / 1000 + 600}`,
      'roundkeeper_commits_total 4',
      'roundkeeper_evidence_total{kind="preview",how="made"} 1',
      'roundkeeper_evidence_total{kind="other",how="found"} 1',
      'roundkeeper_pool_tasks_total{outcome="failed"} 1',
      'roundkeeper_verify_findings{severity="error"} 1',
      'roundkeeper_stage{stage="duels"} 1',
      'roundkeeper_stage{stage="open"} 0',
      'roundkeeper_lag_blocks 12',
      'roundkeeper_late 1',
      'roundkeeper_chain_block 700',
      'roundkeeper_requests_total{route="/live",status="200",code="ok"}',
    ])
      expect(text).toContain(line)
    expect(text).not.toContain('verify"} NaN')
    expect(text).not.toContain('last_success_timestamp_seconds{job="verify"}')
  })

  it('can be told nothing', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const answer = await ask('/status', { method, ...(method !== 'DELETE' && { body: 'x'.repeat(100_000) }) })
      expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, 'GET'])
    }
    for (const path of [
      '/',
      '/../etc/passwd',
      '/status/../../x',
      '/%2e%2e/',
      `/${'x'.repeat(9_000)}`,
      '/metrics?x=<script>',
    ])
      expect([404, 200]).toContain((await ask(path)).status)
  })

  it('gets over those who speak no HTTP', async () => {
    for (const said of [
      '\x16\x03\x01garbage\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      `GET / HTTP/1.1\r\n${'x: y\r\n'.repeat(5_000)}\r\n`,
    ]) {
      const socket = connect(listening.port, '127.0.0.1')
      socket.on('error', () => undefined)
      socket.resume().write(said)
      await once(socket, 'close')
    }
    expect((await ask('/live')).status).toBe(200)
  })
})
