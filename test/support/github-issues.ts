import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { startHttpServer } from './file-server.ts'
import type { Fault } from './github-git.ts'

export interface GithubIssuesOptions {
  /** The only one that may see it. */
  readonly token?: string
  /** Whether its owner may push: labels of others are dropped. */
  readonly mayLabel?: boolean
  /** Whether the repository has issues at all. */
  readonly enabled?: boolean
}

export interface KeptIssue {
  readonly number: number
  title: string
  body: string
  state: 'open' | 'closed'
  state_reason: string | null
  labels: { name: string }[]
  readonly said: string[]
  readonly pull_request?: object
}

/**
 * GitHub's issues of `Owner/competition`: lists by label and state in pages, with pull requests among them; creating and
 * changing them, comments; 401, 403, 404 and 410 as it answers them, `Validation Failed`; faults on request.
 */
export interface GithubIssuesServer extends AsyncDisposable {
  readonly url: string
  /** Method, status, path and query of every request. */
  readonly seen: string[]
  readonly faults: Fault[]
  readonly issues: KeptIssue[]
  /** What is done before the next issue is made: a second run comes in between. */
  beforeCreating: (() => Promise<void>) | undefined
}

interface Reply {
  readonly status: number
  readonly body: unknown
  readonly headers?: Record<string, string>
}

const HOME = '/repos/Owner/competition'
const no = (status: number, message: string): Reply => ({ status, body: { message } })
const MAX_BODY = 65_536

export async function startGithubIssues(options: GithubIssuesOptions = {}): Promise<GithubIssuesServer> {
  const { token, mayLabel = true, enabled = true } = options
  const server = await startHttpServer(async (request, response) => {
    const url = new URL(request.url ?? '/', server.url)
    const sent = await text(request)
    const fault = github.faults.find((each) => each.path.test(url.pathname) && (each.times ?? 1) > 0)
    if (fault !== undefined) fault.times = (fault.times ?? 1) - 1
    const isDone = fault === undefined || fault.afterwards === true
    const reply = isDone ? await answer(request, url, sent) : no(404, 'Not Found')
    const { status, headers } = fault ?? reply
    github.seen.push(`${request.method} ${status} ${url.pathname.replace(HOME, '')}${url.search}`)
    if (status === 0) return void request.socket.destroy()
    const body = fault === undefined ? JSON.stringify(reply.body) : (fault.body ?? '{"message": "no"}')
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(body)
  })
  const github: GithubIssuesServer = {
    url: server.url,
    ...{ seen: [], faults: [], issues: [], beforeCreating: undefined },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }

  async function answer({ method, headers }: IncomingMessage, url: URL, sent: string): Promise<Reply> {
    const { authorization = '' } = headers
    if (token !== undefined && authorization !== `token ${token}`) return no(401, 'Bad credentials')
    if (!url.pathname.startsWith(`${HOME}/issues`)) return no(404, 'Not Found')
    if (!enabled) return no(410, 'Issues has been disabled in this repository.')
    if (authorization === '' && method !== 'GET') return no(401, 'Requires authentication')
    const given = sent === '' ? {} : (JSON.parse(sent) as Record<string, unknown>)
    const [, number, below] = /\/issues(?:\/(\d+)(\/comments)?)?$/.exec(url.pathname) ?? []
    if (number === undefined) return method === 'GET' ? list(url) : create(given)
    const issue = github.issues.find((each) => each.number === Number(number))
    if (issue === undefined) return no(404, 'Not Found')
    if (below !== undefined) return method === 'GET' ? comments(issue, url) : comment(issue, given)
    return method === 'PATCH' ? change(issue, given) : { status: 200, body: shown(issue) }
  }

  function list(url: URL): Reply {
    const { searchParams: query } = url
    const state = query.get('state') ?? 'open'
    const labels = (query.get('labels') ?? '').split(',').filter((name) => name !== '')
    const found = github.issues
      .filter((issue) => state === 'all' || issue.state === state)
      .filter((issue) => labels.every((label) => issue.labels.some(({ name }) => name === label)))
    const ordered = query.get('direction') === 'asc' ? found : found.toReversed()
    return page(ordered.map(shown), url)
  }

  async function create({ title, body = '', labels = [] }: Record<string, unknown>): Promise<Reply> {
    const { beforeCreating } = github
    github.beforeCreating = undefined
    await beforeCreating?.()
    if (typeof title !== 'string' || title.trim() === '' || title.length > 256) return no(422, 'Validation Failed')
    if (typeof body !== 'string' || body.length > MAX_BODY) return no(422, 'Validation Failed')
    const names = mayLabel ? (labels as string[]).map((name) => ({ name })) : []
    const number = github.issues.length + 1
    const issue: KeptIssue = { number, title, body, state: 'open', state_reason: null, labels: names, said: [] }
    github.issues.push(issue)
    return { status: 201, body: shown(issue) }
  }

  function change(issue: KeptIssue, given: Record<string, unknown>): Reply {
    const { body = issue.body } = given
    if (typeof body !== 'string' || body.length > MAX_BODY) return no(422, 'Validation Failed')
    const { title = issue.title, state = issue.state, state_reason = issue.state_reason } = given as Partial<KeptIssue>
    Object.assign(issue, { title, body, state, state_reason })
    return { status: 200, body: shown(issue) }
  }

  function comments(issue: KeptIssue, url: URL): Reply {
    return page(
      issue.said.map((body, at) => ({ id: at + 1, body })),
      url,
    )
  }

  function comment(issue: KeptIssue, { body }: Record<string, unknown>): Reply {
    if (typeof body !== 'string' || body === '' || body.length > MAX_BODY) return no(422, 'Validation Failed')
    issue.said.push(body)
    return { status: 201, body: { id: issue.said.length, body } }
  }

  function page(all: unknown[], url: URL): Reply {
    const size = Math.min(100, Number(url.searchParams.get('per_page') ?? 30))
    const number = Number(url.searchParams.get('page') ?? 1)
    const isMore = all.length > size * number
    const link = `<${server.url}${url.pathname}?page=${number + 1}>; rel="next"`
    return { status: 200, body: all.slice(size * (number - 1), size * number), ...(isMore && { headers: { link } }) }
  }

  return github
}

const shown = ({ said, ...issue }: KeptIssue) => ({ ...issue, comments: said.length, user: { login: 'keeper' } })
