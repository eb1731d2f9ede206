/** Serves the page, its libraries and the models to the browser, from this machine to this machine. */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
}

export interface Site {
  readonly url: string
  close(): void
}

/** @param libraries below `/modules/` @param models below `/models/` */
export async function serve(libraries: string, models: string): Promise<Site> {
  const fileOf = (path: string): string => {
    if (path.startsWith('/modules/')) return join(libraries, normalize(path.slice('/modules'.length)))
    if (path.startsWith('/models/')) return join(models, normalize(path.slice('/models'.length)))
    return join(import.meta.dirname, 'page.html')
  }
  const server = createServer(async (request, response) => {
    const file = fileOf(new URL(request.url ?? '/', 'http://localhost').pathname)
    try {
      const bytes = await readFile(file)
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(bytes)
    } catch {
      response.writeHead(404).end()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
