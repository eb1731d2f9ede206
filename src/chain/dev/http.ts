/** JSON-RPC by HTTP POST, as `curl` asks: without subscriptions. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Endpoint } from './rpc/endpoint.ts'
import { replyTo } from './rpc/json-rpc.ts'
import { LIMITS } from './rpc/limits.ts'

export async function answerHttp(
  endpoint: Endpoint,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const end = (status: number, text: string, type = 'text/plain') =>
    void response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(text)
  if (request.method !== 'POST') return end(405, 'This is a dev chain: connect by WebSocket, or POST JSON-RPC.\n')
  // Pages of strangers may post plain text anywhere, but not JSON.
  if (!request.headers['content-type']?.startsWith('application/json')) return end(415, 'expected application/json\n')
  const session = endpoint.open({ disconnect: () => request.destroy() })
  response.on('close', () => endpoint.close(session))
  try {
    const body = await bodyOf(request)
    if (body === undefined) return end(413, `expected at most ${LIMITS.messageBytes} bytes\n`)
    const reply = await replyTo(session, body)
    end(200, reply?.text ?? '', 'application/json')
  } catch {
    // The client has left.
    request.destroy()
  }
}

/** @returns undefined for one that is too long */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > LIMITS.messageBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
