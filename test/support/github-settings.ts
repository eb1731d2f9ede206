/** GitHub as far as it says what one may do in a repository: who asks, rules of a branch, workflows, git's own first answer. */
import type { IncomingMessage } from 'node:http'
import { type HttpTestServer, startHttpServer } from './file-server.ts'

export interface GithubSettings {
  /** The only one that counts; anybody’s where it is absent. */
  token?: string
  /** Of a classic token; a fine-grained one has none. */
  scopes?: string
  expires?: string
  isPrivate?: boolean
  mayPush?: boolean
  /** Of a fine-grained token. */
  mayWrite?: boolean
  /** Of the branch, by rulesets. */
  rules?: readonly { readonly type: string; readonly ruleset_id?: number }[]
  bypass?: string
  /** Its classic protection; not shown to whoever is no administrator where `hidden`. */
  protection?: object | 'hidden'
  installation?: object
  workflow?: string
}

const HOME = '/api/v3/repos/Owner/competition'

interface Reply {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const notFound: Reply = { status: 404, body: { message: 'Not Found' } }
const shown = (body: unknown): Reply => (body === undefined ? notFound : { status: 200, body })

/** What it says is changed by its settings, from one question to the next. */
export async function startGithubSettings(): Promise<HttpTestServer & { settings: GithubSettings }> {
  const server = await startHttpServer((request, response) => {
    const { status, body = '', headers } = replyTo(request, github.settings)
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  })
  const github = { ...server, settings: {} as GithubSettings }
  return github
}

function replyTo(
  { url = '', method, headers: { authorization = '' } }: IncomingMessage,
  settings: GithubSettings,
): Reply {
  const { token } = settings
  if (url === '/Owner/competition.git/info/refs?service=git-receive-pack') {
    const known = `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`
    return { status: authorization !== known ? 401 : settings.mayPush === false ? 403 : 200 }
  }
  if (!url.startsWith(HOME)) return notFound
  const path = url.slice(HOME.length)
  if (path === '/installation')
    return authorization.startsWith('Bearer ') ? shown(settings.installation) : { status: 401 }
  if (authorization !== '' && token !== undefined && authorization !== `token ${token}`)
    return { status: 401, body: { message: 'Bad credentials' } }
  if (path === '/git/refs' && method === 'POST')
    return settings.mayWrite === false
      ? { status: 403, body: { message: 'Resource not accessible by personal access token' } }
      : { status: 422, body: { message: 'Object does not exist' } }
  return path === '' ? repositoryOf(settings) : shown(ruleAt(path, settings))
}

const repositoryOf = ({ isPrivate = false, mayPush = true, scopes, expires }: GithubSettings): Reply => ({
  status: 200,
  body: { private: isPrivate, permissions: { push: mayPush } },
  headers: {
    ...(scopes !== undefined && { 'x-oauth-scopes': scopes }),
    ...(expires !== undefined && { 'github-authentication-token-expiration': expires }),
  },
})

function ruleAt(path: string, { rules = [], protection, bypass, workflow }: GithubSettings): unknown {
  if (path === '/rules/branches/main') return rules
  if (path === '/branches/main') return { protected: protection !== undefined }
  if (path === '/branches/main/protection') return protection === 'hidden' ? undefined : protection
  if (path.startsWith('/rulesets/')) return { current_user_can_bypass: bypass }
  return path === '/actions/workflows/build-and-push.yml' && workflow !== undefined ? { state: workflow } : undefined
}
