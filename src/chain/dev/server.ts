/** The endpoint of a dev chain on a port: JSON-RPC over WebSocket, and over HTTP POST for single questions. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { RoundkeeperError } from '../../errors.ts'
import { answerHttp } from './http.ts'
import type { Endpoint } from './rpc/endpoint.ts'
import { notification, replyTo } from './rpc/json-rpc.ts'
import { LIMITS } from './rpc/limits.ts'

export interface ServerOptions {
  /** 0 for any that is free. */
  readonly port: number
  readonly host?: string
  /** Whoever reaches the port may do with the chain what its owner may: only this opens it beyond this machine. */
  readonly openToOthers?: boolean
}

export interface DevServer extends AsyncDisposable {
  /** `ws://127.0.0.1:9944` */
  readonly url: string
  readonly port: number
}

const LOOPBACK = '127.0.0.1'

/** How long clients have to say goodbye. */
const FAREWELL_MS = 1000

/** @throws `usage` for a host that is not this machine's own, `unavailable` when the port cannot be had */
export async function serve(endpoint: Endpoint, options: ServerOptions): Promise<DevServer> {
  const { port, host = LOOPBACK } = options
  refuseOthers(options)
  const http = createServer((request, response) => void answerHttp(endpoint, request, response))
  const sockets = new WebSocketServer({
    server: http,
    maxPayload: LIMITS.messageBytes,
    verifyClient: ({ origin }: { origin?: string }) => isTrusted(origin) && sockets.clients.size < LIMITS.clients,
  })
  // The WebSocket server repeats what the HTTP server says.
  sockets.on('error', () => undefined)
  sockets.on('connection', (socket) => attend(endpoint, socket))
  await listen(http, host, port)
  const address = http.address() as AddressInfo
  return {
    port: address.port,
    url: `ws://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    [Symbol.asyncDispose]: () => close(http, sockets),
  }
}

/** @throws `usage` for a host that others can reach, unless that is wanted: to be told before anything is begun */
export function refuseOthers({ host = LOOPBACK, openToOthers = false }: Omit<ServerOptions, 'port'>): void {
  if (!openToOthers && !isLoopback(host)) throw notLoopback(host)
}

function attend(endpoint: Endpoint, socket: WebSocket): void {
  const send = (text: string) => {
    if (socket.readyState !== socket.OPEN) return
    socket.send(text)
    if (socket.bufferedAmount > LIMITS.unreadBytes) socket.terminate()
  }
  const session = endpoint.open({
    notify: (method, subscription, result) => send(notification(method, subscription, result)),
    disconnect: () => socket.terminate(),
  })
  socket.on('message', async (data) => {
    const reply = await replyTo(session, data.toString())
    if (reply === undefined) return
    send(reply.text)
    reply.delivered()
  })
  socket.on('close', () => endpoint.close(session))
  // A frame that is no frame, or too long: the socket closes itself.
  socket.on('error', () => undefined)
}

function listen(http: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (cause: NodeJS.ErrnoException) => {
      const inUse = cause.code === 'EADDRINUSE'
      reject(
        new RoundkeeperError('unavailable', inUse ? `port ${port} is in use` : `cannot listen: ${cause.message}`, {
          where: `${host}:${port}`,
          hint: inUse ? 'Stop what listens there, or take another port; 0 takes any.' : 'Try another host or port.',
          cause,
        }),
      )
    })
    http.listen({ host, port, exclusive: true }, resolve)
  })
}

async function close(http: Server, sockets: WebSocketServer): Promise<void> {
  for (const socket of sockets.clients) socket.close(1001, 'the dev chain stops')
  const impatience = setTimeout(() => {
    for (const socket of sockets.clients) socket.terminate()
  }, FAREWELL_MS)
  sockets.close()
  http.closeIdleConnections()
  await new Promise<void>((resolve) => http.close(() => resolve()))
  clearTimeout(impatience)
}

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

/** Programs send no origin; a browser does, and no page of a stranger's may talk to a chain on this machine. */
function isTrusted(origin: string | undefined): boolean {
  if (origin === undefined || origin === 'https://polkadot.js.org') return true
  const host = URL.parse(origin)?.hostname.replace(/^\[|\]$/g, '')
  return host !== undefined && isLoopback(host)
}

const notLoopback = (host: string) =>
  new RoundkeeperError(
    'usage',
    'a dev chain is for this machine only: whoever reaches it may do with it what they like',
    {
      where: host,
      hint: 'Leave out --host, or open it on purpose with --open-to-others.',
    },
  )
