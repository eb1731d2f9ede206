import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

/** A server that answers messages as a test likes; `undefined` is no answer. */
export interface RawNode extends AsyncDisposable {
  readonly url: string
  readonly sockets: ReadonlySet<WebSocket>
}

export async function rawNode(
  answer: (message: { id: number; method: string }, socket: WebSocket) => unknown,
): Promise<RawNode> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await new Promise((resolve) => server.once('listening', resolve))
  server.on('connection', (socket) => {
    socket.on('error', () => undefined)
    socket.on('message', (data) => {
      const reply = answer(JSON.parse(data.toString()), socket)
      if (reply !== undefined) socket.send(typeof reply === 'string' ? reply : JSON.stringify(reply))
    })
  })
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets: server.clients,
    async [Symbol.asyncDispose]() {
      for (const socket of server.clients) socket.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
