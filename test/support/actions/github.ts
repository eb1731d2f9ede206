/**
 * GitHub around one public repository: its git, its API, its issues and its workflows behind one address, with tokens that
 * may do what they were made for and no more, and that can be revoked.
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { startGitHttpServer } from '../git-http-server.ts'
import { type GithubGit, startGithubGit } from '../github-git.ts'
import { type GithubIssuesServer, startGithubIssues } from '../github-issues.ts'

type Permissions = Readonly<Record<string, string>>

export interface KnownWorkflow {
  readonly id: number
  readonly path: string
  state: string
}

export interface Github extends AsyncDisposable {
  /** For git and people. */
  readonly serverUrl: string
  readonly apiUrl: string
  readonly git: GithubGit
  readonly issues: GithubIssuesServer
  readonly workflows: KnownWorkflow[]
  /** Events of `repository_dispatch`. */
  readonly dispatched: string[]
  /** What a token was refused, as `403 POST /graphql`. */
  readonly denied: string[]
  token(permissions: Permissions): string
  revoke(token: string): void
  restore(token: string, permissions: Permissions): void
  /** Called before a commit is made: somebody else comes first. */
  beforeCommit: (() => Promise<void>) | undefined
}

const REPO = '/api/v3/repos/Owner/competition'

/** @param root has the bare repository as `Owner/competition` */
export async function startGithub(root: string): Promise<Github> {
  const git = await startGithubGit({ gitdir: `${root}/Owner/competition` })
  const issues = await startGithubIssues()
  const smart = await startGitHttpServer(root)
  const tokens = new Map<string, Permissions>()
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const serverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const github: Github = {
    ...{ serverUrl, apiUrl: `${serverUrl}/api/v3`, git, issues, workflows: [], dispatched: [], denied: [] },
    token(permissions) {
      const token = `ghs_${randomUUID()}`
      tokens.set(token, permissions)
      return token
    },
    revoke: (token) => void tokens.delete(token),
    restore: (token, permissions) => void tokens.set(token, permissions),
    beforeCommit: undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      for (const each of [git, issues, smart]) await each[Symbol.asyncDispose]()
    },
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request
    const path = url.split('?')[0] ?? ''
    if (!path.startsWith('/api/')) return pass(request, response, `${smart.url}${url}`)
    const refusal = refusalOf(request, path)
    if (refusal !== undefined) {
      github.denied.push(`${refusal} ${method} ${path.replace(REPO, '')}`)
      return end(response, refusal, {
        message: refusal === 401 ? 'Bad credentials' : 'Resource not accessible by integration',
      })
    }
    if (path.startsWith(`${REPO}/issues`)) return pass(request, response, `${issues.url}${url.replace('/api/v3', '')}`)
    if (path === `${REPO}/dispatches`) {
      github.dispatched.push((JSON.parse((await buffer(request)).toString()) as { event_type: string }).event_type)
      return end(response, 204)
    }
    if (path.startsWith(`${REPO}/actions/workflows`)) return workflow(path, response)
    if (path === '/api/graphql') {
      const { beforeCommit } = github
      github.beforeCommit = undefined
      await beforeCommit?.()
    }
    return pass(request, response, `${git.url.replace('/api/v3', '')}${url}`)
  }

  function refusalOf({ headers, method }: IncomingMessage, path: string): 401 | 403 | undefined {
    const [, token] = /^(?:token|bearer) (.+)$/i.exec(headers.authorization ?? '') ?? []
    const may = token === undefined ? undefined : tokens.get(token)
    if (token !== undefined && may === undefined) return 401
    const needed = neededFor(method ?? 'GET', path)
    // Whoever asks without a token may read what is public.
    if (needed === undefined || may?.[needed] === 'write') return undefined
    return may === undefined ? 401 : 403
  }

  function workflow(path: string, response: ServerResponse): void {
    const { workflows } = github
    const [, id] = /\/workflows\/(\d+)\/enable$/.exec(path) ?? []
    const found = workflows.find((each) => each.id === Number(id))
    if (found !== undefined) found.state = 'active'
    if (id === undefined) end(response, 200, { total_count: workflows.length, workflows })
    else if (found === undefined) end(response, 404, { message: 'Not Found' })
    else end(response, 204)
  }

  return github
}

/** The permission to write that a request takes, if it takes one. */
function neededFor(method: string, path: string): string | undefined {
  if (path === '/api/graphql' || path === `${REPO}/dispatches`) return 'contents'
  if (method === 'GET') return undefined
  return path.startsWith(`${REPO}/issues`) ? 'issues' : 'actions'
}

function end(response: ServerResponse, status: number, body?: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}

async function pass(request: IncomingMessage, response: ServerResponse, url: string): Promise<void> {
  const body = await buffer(request)
  const { host: _, connection: __, ...headers } = request.headers
  const inner = send(url, { method: request.method, headers })
  inner.end(body)
  const [answered] = (await once(inner, 'response')) as [IncomingMessage]
  response.writeHead(answered.statusCode ?? 500, answered.headers)
  response.end(await buffer(answered))
}
