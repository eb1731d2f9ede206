// Questions to GitHub's REST API, asked no oftener and no sooner than it allows, and answered whole or not at all.
import { createHash } from 'node:crypto'
import type { Octokit } from '@octokit/rest'
import type { Clock } from '../../engine/clock.ts'
import { RoundkeeperError } from '../../errors.ts'
import { retryAfterMs } from './retry-after.ts'

export interface GithubApiOptions {
  readonly clock: Clock
  /** `https://api.github.com`, or `https://HOST/api/v3` of a GitHub Enterprise Server. */
  readonly baseUrl?: string | undefined
  /** Without one GitHub answers 60 questions an hour, and nothing about private repositories. */
  readonly token?: string | undefined
  /** For one request. */
  readonly timeoutMs?: number
}

export interface Page {
  readonly data: unknown
  readonly hasNext: boolean
}

type Parameters = Readonly<Record<string, string | number>>
type Headers = Readonly<Record<string, string | number | undefined>>

const BASE_URL = 'https://api.github.com'
const TIMEOUT_MS = 30_000
const ATTEMPTS = 3
const PAUSE_MS = 2_000
/** Longer than that nobody waits within a run, whatever GitHub says. */
const LONGEST_PAUSE_MS = 60_000
/** By its documentation, after a secondary limit that names no time. */
const SECONDARY_PAUSE_MS = 60_000
const MAX_REMEMBERED = 500

export class GithubApi {
  readonly #options: GithubApiOptions
  readonly #baseUrl: string
  #octokit: Promise<Octokit> | undefined
  /** Until then nothing is asked: whoever goes on regardless is shut out. */
  #closedUntil = 0
  /** What was answered last, by question; asked again on condition, which costs nothing of the limit. Oldest first. */
  readonly #remembered = new Map<string, Page & { readonly etag: string }>()

  constructor(options: GithubApiOptions) {
    this.#options = options
    this.#baseUrl = (options.baseUrl ?? BASE_URL).replace(/\/+$/, '')
  }

  /**
   * Pages of 100, as long as there are any.
   * @param route `GET /repos/{owner}/{repo}/actions/runs`, with parameters for its braces and its query
   * @throws as `get`; `unavailable` for more than `maxPages`
   */
  async *pages(route: string, parameters: Parameters, maxPages: number, signal: AbortSignal): AsyncGenerator<unknown> {
    for (let page = 1; page <= maxPages; page++) {
      const { data, hasNext } = await this.get(route, { ...parameters, per_page: 100, page }, signal)
      yield data
      if (!hasNext) return
    }
    throw this.#unavailable(route, `its list has more than ${maxPages} pages`)
  }

  /** @throws `not-found`, `unauthorised`, `unavailable`, all of them to be tried again; `aborted` */
  async get(route: string, parameters: Parameters, signal: AbortSignal): Promise<Page> {
    for (let attempt = 1; ; attempt++) {
      const opensInMs = this.#closedUntil - this.#options.clock.now().getTime()
      if (opensInMs > LONGEST_PAUSE_MS) throw this.#closed(route)
      if (opensInMs > 0) await this.#sleep(opensInMs, signal)
      const answer = await this.#ask(route, parameters, signal)
      if ('data' in answer) return answer
      if (attempt === ATTEMPTS) throw answer.failure()
      await this.#sleep(answer.pauseMs, signal)
    }
  }

  async #ask(route: string, parameters: Parameters, signal: AbortSignal): Promise<Page | Again> {
    const key = createHash('sha256')
      .update(JSON.stringify([route, parameters]))
      .digest('hex')
    const known = this.#remembered.get(key)
    const late = AbortSignal.timeout(this.#options.timeoutMs ?? TIMEOUT_MS)
    try {
      const { data, headers } = await (await this.#load()).request(route, {
        ...parameters,
        ...(known && { headers: { 'if-none-match': known.etag } }),
        request: { signal: AbortSignal.any([signal, late]) },
      })
      const page: Page = { data: data as unknown, hasNext: /rel="next"/.test(headers.link ?? '') }
      if (headers.etag !== undefined) this.#remember(key, { ...page, etag: headers.etag })
      return page
    } catch (error) {
      if (signal.aborted) throw stopped(error)
      const { status, response, message } = error as {
        status?: number
        response?: { headers: Headers }
        message: string
      }
      if (status === 304 && known !== undefined) return known
      if (late.aborted || response === undefined || status === undefined || status >= 500) {
        const detail = late.aborted ? 'it does not answer' : response === undefined ? message : `HTTP ${status}`
        return { pauseMs: PAUSE_MS, failure: () => this.#unavailable(route, detail) }
      }
      return this.#refusal(route, status, response.headers, message)
    }
  }

  /** What a status below 500 means. @throws what no second question changes */
  #refusal(route: string, status: number, headers: Headers, message: string): Again {
    const pauseMs = limitOf(status, headers, message, this.#options.clock.now())
    if (pauseMs !== undefined) {
      this.#closedUntil = Math.max(this.#closedUntil, this.#options.clock.now().getTime() + pauseMs)
      return { pauseMs: 0, failure: () => this.#closed(route) }
    }
    if (status === 404) {
      throw new RoundkeeperError('not-found', `GitHub has nothing at ${route.replace(/^GET /, '')}`, {
        where: this.#baseUrl,
        hint: 'See to `repository`, `branch` and `workflow` under `builds` in roundkeeper.json; of private repositories it tells only whoever has a GITHUB_TOKEN.',
        retryable: true,
      })
    }
    throw new RoundkeeperError('unauthorised', `GitHub refuses to answer: HTTP ${status}`, {
      where: this.#baseUrl,
      hint: 'Set GITHUB_TOKEN to a token that may read Actions and contents of the repository.',
      retryable: true,
    })
  }

  #load(): Promise<Octokit> {
    const { token } = this.#options
    this.#octokit ??= import('@octokit/rest').then(
      ({ Octokit: Client }) =>
        new Client({ baseUrl: this.#baseUrl, userAgent: 'roundkeeper', log: SILENT, ...(token && { auth: token }) }),
    )
    return this.#octokit
  }

  #remember(key: string, page: Page & { readonly etag: string }): void {
    this.#remembered.delete(key)
    this.#remembered.set(key, page)
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= MAX_REMEMBERED) break
      this.#remembered.delete(oldest)
    }
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (ms <= 0) return
    await this.#options.clock.sleep(ms, signal).catch((cause: unknown) => {
      throw stopped(cause)
    })
  }

  #closed(route: string): RoundkeeperError {
    return this.#unavailable(route, `no more answers before ${new Date(this.#closedUntil).toISOString()}`)
  }

  #unavailable(route: string, detail: string): RoundkeeperError {
    return new RoundkeeperError('unavailable', `GitHub is no help now: ${detail}`, {
      where: `${this.#baseUrl}${route.replace(/^GET /, '')}`,
      hint: 'Builds stay as they are on record, and are asked for by the next run; a GITHUB_TOKEN allows more questions.',
    })
  }
}

interface Again {
  readonly pauseMs: number
  failure(): RoundkeeperError
}

/** How long GitHub wants to be left alone; undefined where that is not what it says. */
function limitOf(status: number, headers: Headers, message: string, now: Date): number | undefined {
  if (status !== 403 && status !== 429) return undefined
  const advised = retryAfterMs(headers['retry-after']?.toString(), now)
  if (advised !== undefined) return advised
  if (headers['x-ratelimit-remaining']?.toString() === '0') {
    // Whole seconds; one more, so that it has really begun anew.
    return Math.max(0, Number(headers['x-ratelimit-reset']) * 1_000 - now.getTime()) + 1_000 || SECONDARY_PAUSE_MS
  }
  return status === 429 || /rate limit/i.test(message) ? SECONDARY_PAUSE_MS : undefined
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

const stopped = (cause: unknown) => new RoundkeeperError('aborted', 'stopped while GitHub was asked', { cause })
