/** What a process that operates a competition answers over HTTP: whether it lives, what it does, and numbers. Nothing can be told to it. */
import type { Registry } from 'prom-client'
import { makeService, type RequestEvent, type Service, wrongMethod } from '../services/service.ts'

export interface OperateServiceOptions {
  readonly register: Registry
  readonly status: () => unknown
  /** Why it is not ready, if it is not. */
  readonly unready: () => string | undefined
  readonly tell: (event: RequestEvent) => void
}

/** Questions are short and answered at once. */
const LIMITS = { running: 16, waiting: 64, heldBytes: 0, requestTimeoutMs: 10_000, idleMs: 5_000 }

export function operateService({ register, status, unready, tell }: OperateServiceOptions): Service {
  const service = makeService({ ...LIMITS, tell, register, unready })
  service.app
    .get('/live', (context) => context.json({ status: 'ok' }))
    .get('/status', (context) => context.json(status() as object, 200, { 'cache-control': 'no-store' }))
  for (const path of ['/live', '/ready', '/health', '/status', '/metrics']) service.app.all(path, wrongMethod('GET'))
  return service
}
