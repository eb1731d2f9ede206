// A web server for one name of the demo's world, on a free port of the loopback.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Page {
  readonly type: string
  readonly body: Uint8Array
}

/** What a downloader has to know to reach it by its name. */
export interface LocalServer {
  readonly name: string
  readonly address: string
  readonly port: number
  close(): Promise<void>
}

const ADDRESS = '127.0.0.1'

/** @param pageAt by path, e.g. `/vase-3f9a2c.glb`; undefined: 404 */
export async function startServer(
  name: string,
  pageAt: (path: string) => Promise<Page | undefined> | Page | undefined,
): Promise<LocalServer> {
  const server = createServer(async (request, response) => {
    try {
      const page = await pageAt(new URL(request.url ?? '/', 'http://localhost').pathname)
      if (page === undefined) response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n')
      else response.writeHead(200, { 'content-type': page.type, 'content-length': page.body.length }).end(page.body)
    } catch (error) {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(`${(error as Error).message}\n`)
    }
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject).listen(0, ADDRESS, resolve)
  await promise
  return {
    name,
    address: ADDRESS,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((done, fail) => {
        server.close((error) => (error ? fail(error) : done()))
        server.closeAllConnections()
      }),
  }
}
