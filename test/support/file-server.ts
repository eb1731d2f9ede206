import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

export interface HttpTestServer extends AsyncDisposable {
  readonly port: number
  readonly url: string
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

/** A server on this machine, closed with all its connections. */
export async function startHttpServer(handler: Handler): Promise<HttpTestServer> {
  const server = createServer((request, response) => void handler(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Serves the files of a folder, as any web server would. */
export const startFileServer = (dir: () => string): Promise<HttpTestServer> =>
  startHttpServer(async (request, response) => {
    const found = await readFile(join(dir(), new URL(request.url ?? '/', 'http://x').pathname)).catch(() => undefined)
    response.writeHead(found === undefined ? 404 : 200, { 'content-length': found?.length ?? 0 }).end(found)
  })
