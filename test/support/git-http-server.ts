/**
 * Stock git behind HTTP: runs `git http-backend` as a CGI program for every bare repository below a folder.
 * Reads and pushes are allowed, with basic authentication if asked for.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface GitHttpServer extends AsyncDisposable {
  /** `http://127.0.0.1:port`; a repository `x.git` of the folder is at `${url}/x.git`. */
  readonly url: string
  /** Requests so far, as `POST /x.git/git-upload-pack`. */
  readonly requests: readonly string[]
}

export interface GitHttpOptions {
  readonly auth?: { readonly username: string; readonly password: string }
  /** Acts in place of the server when it returns true, e.g. by answering itself. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean
  /** Awaited before git sees the request. */
  readonly before?: (request: IncomingMessage) => Promise<unknown> | undefined
  /** Called with git's whole answer; when it returns true, the connection is cut instead of answering. */
  readonly loseAnswer?: (request: IncomingMessage) => boolean
}

export async function startGitHttpServer(root: string, options: GitHttpOptions = {}): Promise<GitHttpServer> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    if (options.intercept?.(request, response)) return
    if (!authorised(request, options.auth)) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end('who are you?')
      return
    }
    serve(root, request, response, options).catch((error: unknown) => response.destroy(error as Error))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function authorised(request: IncomingMessage, auth: GitHttpOptions['auth']): boolean {
  if (auth === undefined) return true
  const expected = Buffer.from(`${auth.username}:${auth.password}`).toString('base64')
  return request.headers.authorization === `Basic ${expected}`
}

async function serve(root: string, request: IncomingMessage, response: ServerResponse, options: GitHttpOptions) {
  await options.before?.(request)
  const url = new URL(request.url ?? '/', 'http://localhost')
  const git = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: request.headers['content-length'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: request.headers['git-protocol']?.toString() ?? '',
      REMOTE_ADDR: '127.0.0.1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_COUNT: '3',
      GIT_CONFIG_KEY_0: 'http.receivepack',
      GIT_CONFIG_VALUE_0: 'true',
      GIT_CONFIG_KEY_1: 'safe.directory',
      GIT_CONFIG_VALUE_1: '*',
      GIT_CONFIG_KEY_2: 'receive.autogc',
      GIT_CONFIG_VALUE_2: 'false',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  git.stdin.on('error', () => {}) // git may finish before it has read everything
  request.pipe(git.stdin)
  const chunks: Buffer[] = []
  for await (const chunk of git.stdout) chunks.push(chunk)
  const output = Buffer.concat(chunks)
  if (options.loseAnswer?.(request)) {
    response.destroy()
    return
  }
  const end = output.indexOf('\r\n\r\n')
  for (const line of output.subarray(0, end).toString().split('\r\n')) {
    const [name = '', ...value] = line.split(': ')
    if (name === 'Status') response.statusCode = Number.parseInt(value.join(': '), 10)
    else response.setHeader(name, value.join(': '))
  }
  response.end(output.subarray(end + 4))
}
