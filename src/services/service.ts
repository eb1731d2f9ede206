// What every service has: health, readiness, metrics, a line for each request, one form of errors, and one way in.
import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Registry } from 'prom-client'
import { isError } from '../errors.ts'
import { Admission, type AdmissionLimits, type Ticket } from './admission.ts'
import { makeMetrics } from './metrics.ts'
import { ServiceProblem } from './problem.ts'

export interface ServiceOptions extends AdmissionLimits {
  /** From the head of a request to its answer. */
  readonly requestTimeoutMs: number
  /** How long nothing of a body may arrive. */
  readonly idleMs: number
  readonly tell: (event: RequestEvent) => void
  /** Numbers of its own, to be told with those of the requests. */
  readonly register?: Registry
  /** Why it is not ready, besides that it stops. */
  readonly unready?: () => string | undefined
}

/** One request that was answered. */
export interface RequestEvent {
  readonly at: string
  readonly method: string
  readonly path: string
  readonly status: number
  /** `ok`, or what went wrong. */
  readonly code: string
  readonly ms: number
  /** Of the body, as far as it was taken. */
  readonly bytes_in: number
  /** Of a failure of ours. */
  readonly error?: string
}

export interface Env {
  readonly Bindings: HttpBindings
  readonly Variables: { code: string; bytesIn: number; error: string }
}
export type ServiceContext = Context<Env>

export interface Service {
  readonly app: Hono<Env>
  readonly admission: Admission
  readonly options: ServiceOptions
  /** Ends what is at work; for when there is no time left. */
  readonly abort: (reason: Error) => void
  /** A route that works: it has a ticket, and a signal that ends with its client, its time, or the service. */
  work(handle: (context: ServiceContext, ticket: Ticket, signal: AbortSignal) => Promise<Response>): Handler
}
type Handler = (context: ServiceContext) => Promise<Response>

const MAX_PATH_TOLD = 200

export function makeService(options: ServiceOptions): Service {
  const admission = new Admission(options)
  const metrics = makeMetrics(admission, options.register)
  const atWork = new Set<AbortController>()
  const app = new Hono<Env>()

  app.use(told(options.tell, metrics.count))
  app.use(async (context, next) => {
    await next()
    // A server that stops keeps no connection for later.
    if (admission.stopping) context.header('connection', 'close')
  })
  app.get('/health', (context) => context.json({ status: 'ok' }))
  app.get('/ready', (context) => {
    const status = admission.stopping ? 'stopping' : options.unready?.()
    return status === undefined ? context.json({ status: 'ready' }) : context.json({ status }, 503)
  })
  app.get('/metrics', async (context) =>
    context.body(await metrics.text(), 200, { 'content-type': metrics.contentType }),
  )
  app.notFound((context) => answer(context, new ServiceProblem(404, 'not_found', 'Not Found')))
  app.onError((error, context) => {
    const problem = problemOf(error)
    if (problem.status === 500) context.set('error', error.stack ?? error.message)
    return answer(context, problem)
  })

  return {
    app,
    admission,
    options,
    abort(reason) {
      for (const stop of atWork) stop.abort(reason)
    },
    work: (handle) => async (context) => {
      using ticket = admission.enter()
      const stop = new AbortController()
      atWork.add(stop)
      const timer = setTimeout(() => {
        const seconds = options.requestTimeoutMs / 1000
        stop.abort(new ServiceProblem(504, 'timeout', `not answered within ${seconds} s`))
      }, options.requestTimeoutMs)
      context.env.outgoing.once('close', () => stop.abort(new ServiceProblem(400, 'gone', 'the client has left')))
      try {
        return await handle(context, ticket, stop.signal)
      } catch (error) {
        // Whoever was told to stop says so in words of its own.
        throw stop.signal.aborted ? stop.signal.reason : error
      } finally {
        clearTimeout(timer)
        atWork.delete(stop)
        context.set('bytesIn', ticket.held)
      }
    },
  }
}

/** Every method but the one that the path has. */
export const wrongMethod =
  (allow: string): Handler =>
  async (context) => {
    context.header('allow', allow)
    return answer(context, new ServiceProblem(405, 'method', 'Method Not Allowed'))
  }

function answer(context: ServiceContext, problem: ServiceProblem): Response {
  context.set('code', problem.code)
  if (problem.retryAfterSeconds !== undefined) context.header('retry-after', String(problem.retryAfterSeconds))
  // What is left of the body is not waited for.
  const { complete, headers } = context.env.incoming
  const sent = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  if (sent && !complete) context.header('connection', 'close')
  return context.json(problem.body, problem.status)
}

function problemOf(error: unknown): ServiceProblem {
  if (error instanceof ServiceProblem) return error
  if (isError(error, 'usage')) return new ServiceProblem(422, 'usage', error.message)
  return new ServiceProblem(500, 'internal', 'something went wrong here')
}

function told(
  tell: ServiceOptions['tell'],
  count: (route: string, status: number, code: string, seconds: number) => void,
): MiddlewareHandler<Env> {
  return async (context, next) => {
    const at = new Date().toISOString()
    const begin = performance.now()
    await next()
    const ms = Math.round(performance.now() - begin)
    const { status } = context.res
    const code = context.get('code') ?? 'ok'
    const error = context.get('error')
    const known = code === 'not_found' ? 'none' : routePath(context, -1)
    count(known, status, code, ms / 1000)
    tell({
      at,
      method: context.req.method.slice(0, 20),
      path: context.req.path.slice(0, MAX_PATH_TOLD),
      status,
      code,
      ms,
      bytes_in: context.get('bytesIn') ?? 0,
      ...(error === undefined ? {} : { error }),
    })
  }
}
