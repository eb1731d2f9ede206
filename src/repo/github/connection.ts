// Requests to GitHub's API, no sooner than it allows; its refusals in our codes. Nothing here knows of repositories.
import type { Octokit } from '@octokit/rest'
import type { Clock } from '../../engine/clock.ts'
import { RoundkeeperError } from '../../errors.ts'
import { limitMs, type Refusal, repositoryRefusal, unavailableError } from './answers.ts'

export interface ConnectionOptions {
  readonly clock: Clock
  /** `https://api.github.com`, or `https://HOST/api/v3` of a GitHub Enterprise Server. */
  readonly baseUrl?: string | undefined
  /** For one request. */
  readonly timeoutMs?: number
  /** What its refusals mean, where something else than a repository's content is asked for. */
  readonly refusal?: Refusal
}

export interface Question {
  /** `GET /repos/{owner}/{repo}/git/trees/{sha}`, `POST /graphql` */
  readonly route: string
  /** For the braces, the query and the body. */
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly authorization?: string | undefined
  /** What it was answered with before: 304 gives that again, and costs nothing of the limit. */
  readonly known?: Answer | undefined
  /** Whether it may be asked again when nobody knows what became of it. */
  readonly repeatable?: boolean
  /** Whether an answer with status 200 says that it was too soon, as GraphQL has it. */
  readonly isLimit?: (data: unknown) => boolean
  /** Ends the question, and every pause before it is asked again. */
  readonly signal?: AbortSignal | undefined
}

export interface Answer {
  readonly data: unknown
  readonly etag: string | undefined
  readonly hasNext: boolean
}

/** No answer, or that of a server in trouble: what was asked for may have been done all the same. */
export class Unanswered extends RoundkeeperError {}

export const BASE_URL = 'https://api.github.com'
const TIMEOUT_MS = 60_000
const ATTEMPTS = 3
const PAUSE_MS = 2_000
/** Longer than that nobody waits within a run, whatever GitHub says. */
const LONGEST_PAUSE_MS = 60_000

export class Connection {
  readonly baseUrl: string
  readonly clock: Clock
  readonly #timeoutMs: number
  readonly #refusal: Refusal
  #octokit: Promise<Octokit> | undefined
  /** Until then nothing is asked: whoever goes on regardless is shut out. */
  #closedUntil = 0

  constructor({ clock, baseUrl = BASE_URL, timeoutMs = TIMEOUT_MS, refusal = repositoryRefusal }: ConnectionOptions) {
    this.clock = clock
    this.baseUrl = baseUrl.replace(/\/+$/, '')
    this.#timeoutMs = timeoutMs
    this.#refusal = refusal
  }

  /** @throws `unauthorised`, `not-found`, `refused` (422 and the like), `unavailable`; `Unanswered` among the last */
  async ask(question: Question): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const opensInMs = this.#closedUntil - this.clock.now().getTime()
      if (opensInMs > LONGEST_PAUSE_MS || (opensInMs > 0 && attempt > ATTEMPTS)) throw this.#closed(question)
      if (opensInMs > 0) await this.pause(opensInMs, question.signal)
      try {
        const answer = await this.#once(question)
        if (answer !== undefined) return answer
      } catch (error) {
        if (!(error instanceof Unanswered) || question.repeatable === false || attempt >= ATTEMPTS) throw error
        await this.pause(PAUSE_MS * attempt, question.signal)
      }
    }
  }

  pause(ms = PAUSE_MS, signal: AbortSignal = new AbortController().signal): Promise<void> {
    return this.clock.sleep(ms, signal)
  }

  /** Undefined when it was too soon. */
  async #once(question: Question): Promise<Answer | undefined> {
    const { route, parameters, authorization, known, signal } = question
    signal?.throwIfAborted()
    const timeout = AbortSignal.timeout(this.#timeoutMs)
    const where = this.#where(route)
    try {
      const { data, headers } = await (await this.#load()).request(route, {
        ...parameters,
        // Of a server of one's own, GraphQL is beside v3, not below it.
        ...(route.endsWith('/graphql') && { baseUrl: this.baseUrl.replace(/\/v3$/, '') }),
        headers: { ...(authorization && { authorization }), ...(known?.etag && { 'if-none-match': known.etag }) },
        request: { signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]) },
      })
      if (question.isLimit?.(data) === true) return this.#close(limitMs(429, headers, '', this.clock.now()))
      return { data: data as unknown, etag: headers.etag, hasNext: /rel="next"/.test(headers.link ?? '') }
    } catch (error) {
      signal?.throwIfAborted()
      const { status, response, message } = error as Failure
      if (response === undefined || status === undefined) throw unanswered(where, message)
      if (status === 304 && known !== undefined) return known
      const ms = limitMs(status, response.headers, message, this.clock.now())
      if (ms !== undefined) return this.#close(ms)
      if (status >= 500) throw unanswered(where, `HTTP ${status}`)
      throw this.#refusal(status, where, message)
    }
  }

  #close(ms = 0): undefined {
    this.#closedUntil = Math.max(this.#closedUntil, this.clock.now().getTime() + ms)
  }

  #closed({ route }: Question): RoundkeeperError {
    return unavailableError(this.#where(route), `no more answers before ${new Date(this.#closedUntil).toISOString()}`)
  }

  #where = (route: string) => `${this.baseUrl}${route.replace(/^[A-Z]+ /, '')}`

  #load(): Promise<Octokit> {
    this.#octokit ??= import('@octokit/rest').then(
      ({ Octokit: Client }) => new Client({ baseUrl: this.baseUrl, userAgent: 'roundkeeper', log: SILENT }),
    )
    return this.#octokit
  }
}

interface Failure {
  readonly status?: number
  readonly response?: { readonly headers: Readonly<Record<string, string | number | undefined>> }
  readonly message: string
}

const unanswered = (where: string, detail: string) => {
  const { code, message, hint = '' } = unavailableError(where, detail)
  return new Unanswered(code, message, { where, hint })
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} }
