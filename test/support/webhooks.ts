import { text } from 'node:stream/consumers'
import { startHttpServer } from './file-server.ts'

export interface Webhooks extends AsyncDisposable {
  readonly url: string
  /** What it took, oldest first. */
  readonly taken: { readonly path: string; readonly body: Record<string, unknown> }[]
  /** Answers that it gives first, one a request; what it was told is lost then. */
  readonly faults: { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> }[]
}

/** Takes JSON on every path, as Discord (204) does. Status 0 hangs up. */
export async function startWebhooks(): Promise<Webhooks> {
  const server = await startHttpServer(async (request, response) => {
    const body = await text(request)
    const fault = webhooks.faults.shift()
    if (fault?.status === 0) return void request.socket.destroy()
    if (fault !== undefined) return void response.writeHead(fault.status, fault.headers).end(fault.body)
    if (request.headers['content-type'] !== 'application/json') return void response.writeHead(400).end()
    webhooks.taken.push({ path: request.url ?? '', body: JSON.parse(body) as Record<string, unknown> })
    response.writeHead(204).end()
  })
  const webhooks: Webhooks = {
    url: server.url,
    taken: [],
    faults: [],
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
  return webhooks
}
