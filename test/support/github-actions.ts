import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { startHttpServer } from './file-server.ts'

export interface GithubCommit {
  readonly sha: string
  readonly path: string
  readonly date: string
}

export interface GithubRun {
  readonly id: number
  readonly sha: string
  readonly message?: string
  readonly event?: string
  readonly branch?: string
  /** Where the code came from; this repository unless it was a pull request of a fork. */
  readonly from?: string
  readonly title?: string
  readonly created: string
  readonly status?: string
  readonly conclusion?: string | null
  readonly jobs: GithubJob[]
}

export interface GithubJob {
  readonly name: string
  readonly status?: string
  readonly conclusion?: string | null
  readonly steps?: readonly { name: string; conclusion: string | null }[]
}

/**
 * As much of GitHub's REST API as it takes to follow the builds of one repository: commits of a path, runs of a workflow
 * (newest first), jobs; pages with `Link`, `ETag` and 304, rate limits that 304 does not count for, and faults on request.
 */
export interface GithubActions extends AsyncDisposable {
  readonly url: string
  readonly commits: GithubCommit[]
  /** Newest first. */
  readonly runs: GithubRun[]
  /** Path and query of every request, with its answer's status. */
  readonly seen: string[]
  readonly authorizations: (string | undefined)[]
  /** Answers to the next requests, instead of what they asked for. */
  readonly next: { status: number; headers?: Record<string, string>; body?: string }[]
  /** What of a path is answered with a failure, or nothing. */
  readonly broken: { path: RegExp; status: number }[]
  /** Requests that are left. */
  remaining: number
  /** Unix time in seconds at which there are more. */
  reset: number
  /** Of jobs, so many are told of, whatever there are. */
  total: number | undefined
}

export const REPOSITORY = 'Owner/competition'
export const WORKFLOW = 'build-and-push.yml'

export async function startGithubActions(): Promise<GithubActions> {
  const server = await startHttpServer((request, response) => answer(request, response))
  const github: GithubActions = {
    url: `${server.url}/api/v3`,
    commits: [],
    runs: [],
    seen: [],
    authorizations: [],
    next: [],
    broken: [],
    remaining: 5_000,
    reset: 0,
    total: undefined,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }

  function answer(request: IncomingMessage, response: ServerResponse): unknown {
    const url = new URL(request.url ?? '/', server.url)
    github.authorizations.push(request.headers.authorization)
    const broken = github.broken.find(({ path }) => path.test(url.pathname))
    const instead = broken === undefined ? github.next.shift() : undefined
    const end = (status: number, headers: Record<string, string>, body: string): void => {
      github.seen.push(`${status} ${url.pathname.replace('/api/v3', '')}${url.search}`)
      const limit = { 'x-ratelimit-remaining': `${github.remaining}`, 'x-ratelimit-reset': `${github.reset}` }
      response.writeHead(status, { 'content-type': 'application/json', ...limit, ...headers }).end(body)
    }
    if (broken !== undefined) return end(broken.status, {}, '{"message": "no"}')
    if (instead !== undefined) return end(instead.status, instead.headers ?? {}, instead.body ?? '{"message": "no"}')
    const list = listAt(url)
    if (list === undefined) return end(404, {}, '{"message": "Not Found"}')
    const { body, headers } = pageOf(list, url)
    const etag = `W/"${createHash('sha256').update(body).digest('hex')}"`
    if (request.headers['if-none-match'] === etag) return end(304, { etag, ...headers }, '')
    if (github.remaining === 0) return end(403, {}, '{"message": "API rate limit exceeded for you."}')
    github.remaining--
    return end(200, { etag, ...headers }, body)
  }

  interface List {
    readonly name: string | undefined
    readonly items: readonly unknown[]
    readonly total?: number | undefined
  }

  function listAt({ pathname, searchParams }: URL): List | undefined {
    const home = `/api/v3/repos/${REPOSITORY}`
    if (pathname === `${home}/commits`) {
      const items = github.commits.filter(({ path }) => path === searchParams.get('path'))
      return {
        name: undefined,
        items: items.map(({ sha, date }) => ({ sha, commit: { message: 'x', committer: { date } } })),
      }
    }
    if (pathname === `${home}/actions/workflows/${WORKFLOW}/runs`)
      return { name: 'workflow_runs', items: github.runs.map(runOf) }
    const id = Number(new RegExp(`^${home}/actions/runs/(\\d+)/jobs$`).exec(pathname)?.[1])
    const run = github.runs.find((each) => each.id === id)
    return run && { name: 'jobs', items: run.jobs.map((job, i) => jobOf(run, job, i)), total: github.total }
  }

  return github
}

function pageOf(
  {
    name,
    items,
    total = items.length,
  }: { name: string | undefined; items: readonly unknown[]; total?: number | undefined },
  url: URL,
) {
  const size = Math.min(Number(url.searchParams.get('per_page') ?? 30), 100)
  const page = Number(url.searchParams.get('page') ?? 1)
  const some = items.slice((page - 1) * size, page * size)
  const next = new URL(url)
  next.searchParams.set('page', `${page + 1}`)
  const headers: Record<string, string> = page * size < items.length ? { link: `<${next.href}>; rel="next"` } : {}
  return { body: JSON.stringify(name === undefined ? some : { total_count: total, [name]: some }), headers }
}

const runOf = (run: GithubRun) => ({
  id: run.id,
  name: 'build',
  status: run.status ?? 'completed',
  conclusion: run.conclusion === undefined ? 'success' : run.conclusion,
  html_url: `https://github.test/${REPOSITORY}/actions/runs/${run.id}`,
  created_at: run.created,
  event: run.event ?? 'push',
  head_sha: run.sha,
  head_branch: run.branch ?? 'main',
  display_title: run.title ?? run.message?.split('\n')[0] ?? '',
  head_commit: { id: run.sha, message: run.message ?? '' },
  head_repository: { full_name: run.from ?? REPOSITORY },
})

const jobOf = (run: GithubRun, job: GithubJob, i: number) => ({
  id: run.id * 1_000 + i,
  run_id: run.id,
  name: job.name,
  status: job.status ?? 'completed',
  conclusion: job.conclusion === undefined ? 'success' : job.conclusion,
  html_url: `https://github.test/${REPOSITORY}/actions/runs/${run.id}/job/${run.id * 1_000 + i}`,
  steps: job.steps ?? [],
})
