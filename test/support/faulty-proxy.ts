import { request } from 'node:http'
import { type Handler, type HttpTestServer, startHttpServer } from './file-server.ts'

/** Ways in which a server, or what lies between, can fail. */
export const faults = {
  busy: (_, response) => response.writeHead(503, { 'content-length': 0 }).end(),
  slowDown: (_, response) => response.writeHead(429, { 'content-length': 0 }).end(),
  refusing: (_, response) => response.writeHead(403, { 'content-length': 0 }).end(),
  hangingUp: (incoming) => incoming.socket.destroy(),
  cutShort: (incoming, response) => {
    response.writeHead(200, { 'content-length': 1000 })
    response.write('begun')
    setImmediate(() => incoming.socket.destroy())
  },
  silent: () => undefined,
  stalling: (_, response) => response.writeHead(200, { 'content-length': 1000 }).write('begun'),
  endless: (_, response) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' })
    const pour = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536))) {}
    }
    response.on('drain', pour)
    pour()
  },
} satisfies Record<string, Handler>
export type Fault = keyof typeof faults

export interface FaultyProxy extends HttpTestServer {
  /** What happens to the next requests, one after another; then all is well again. */
  readonly ahead: Fault[]
  /** How many requests came. */
  asked: number
}

/** Passes everything on to a server on this machine, and sometimes fails. */
export async function startFaultyProxy(port: number): Promise<FaultyProxy> {
  const ahead: Fault[] = []
  const server = await startHttpServer((incoming, response) => {
    proxy.asked += 1
    const fault = ahead.shift()
    if (fault !== undefined) return faults[fault](incoming, response)
    const { method, url, headers } = incoming
    const onward = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    incoming.pipe(onward)
  })
  const proxy: FaultyProxy = Object.assign(server, { ahead, asked: 0 })
  return proxy
}
