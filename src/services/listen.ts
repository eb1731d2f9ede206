// A service on a port of this machine, and its end in good order.
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { RoundkeeperError } from '../errors.ts'
import { ServiceProblem } from './problem.ts'
import type { Service } from './service.ts'

export interface ListenOptions {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
}

export interface Listening {
  readonly url: string
  readonly port: number
  /** Nobody new is let in, who is inside is served; after that time what is left is ended. */
  stop(patienceMs: number): Promise<void>
}

const MAX_HEADER_BYTES = 16 * 1024
const HEADERS_TIMEOUT_MS = 10_000
const KEEP_ALIVE_MS = 15_000
/** Connections, most of which have to wait or to be told to come again. */
const MAX_CONNECTIONS = 4_096
/** What a socket may be silent beyond the time of a request. */
const SILENCE_MS = 10_000
/** For those who are ended to hear of it. */
const ANSWER_MS = 500

/** @throws `usage` where nothing can listen there */
export async function listen(service: Service, { host, port }: ListenOptions): Promise<Listening> {
  const { requestTimeoutMs } = service.options
  const server = createAdaptorServer({
    fetch: service.app.fetch,
    overrideGlobalObjects: false,
    serverOptions: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: Math.min(HEADERS_TIMEOUT_MS, requestTimeoutMs),
      requestTimeout: requestTimeoutMs + SILENCE_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 1_000,
    },
  }) as Server
  server.maxConnections = MAX_CONNECTIONS
  server.setTimeout(requestTimeoutMs + SILENCE_MS)
  server.on('request', (_request, response) => {
    response.once('close', () => service.admission.stopping && setImmediate(() => server.closeIdleConnections()))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen(host, port, cause)))
    server.listen({ host, port, backlog: 1_024 }, resolve)
  })
  const { port: chosen } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${chosen}`,
    port: chosen,
    stop: (patienceMs) => stop(server, service, patienceMs),
  }
}

async function stop(server: Server, service: Service, patienceMs: number): Promise<void> {
  service.admission.stop()
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeIdleConnections()
  const patience = setTimeout(() => {
    service.abort(new ServiceProblem(503, 'stopping', 'this server is stopping', 10))
    setTimeout(() => server.closeAllConnections(), ANSWER_MS).unref()
  }, patienceMs)
  await closed
  clearTimeout(patience)
}

const cannotListen = (host: string, port: number, cause: NodeJS.ErrnoException) =>
  new RoundkeeperError('usage', `nothing can listen on ${host}, port ${port}: ${cause.code ?? cause.message}`, {
    where: `${host}:${port}`,
    hint: cause.code === 'EADDRINUSE' ? 'Something else does: name another --port.' : 'Name another --host or --port.',
    cause,
  })
