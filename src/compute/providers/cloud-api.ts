// A provider's JSON API: every call bounded in time and size, every failure told apart, and no secret in any message.
import { Agent, request } from 'undici'
import type { Clock } from '../../engine/clock.ts'
import { RoundkeeperError } from '../../errors.ts'
import { within } from '../deadline.ts'
import { printable } from '../printable.ts'

/** Where the authorisation of a call comes from. */
export interface Credentials {
  /** Value of the `Authorization` header. */
  authorisation(signal: AbortSignal): Promise<string>
  /** After a 401: another one than this, or undefined when there is none to be had. */
  renewed?(refused: string, signal: AbortSignal): Promise<string | undefined>
  /** What no message may hold. */
  secrets(): readonly string[]
}

export interface CloudApiOptions {
  /** For people. */
  readonly provider: string
  /** Without a slash at the end. */
  readonly base: string
  readonly clock: Clock
  readonly credentials: Credentials
  /** For one request, to the last byte of its answer. */
  readonly callMs?: number
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly signal: AbortSignal
  /** It changes nothing, or the second time nothing more: it is asked again when the provider is busy or failing. */
  readonly repeatable: boolean
}

export interface Answer {
  readonly status: number
  readonly text: string
}

/** As the original's clients, by the slowest of them. */
export const CALL_MS = 60_000
export const MAX_ERROR_TEXT = 200
const MAX_ANSWER_BYTES = 8 * 2 ** 20
const PAUSES_MS = [2_000, 6_000]
const LONGEST_ADVICE_MS = 30_000

/** Statuses that another day may not have: no capacity, no quota, too many requests, the provider's own failures. */
const passes = (status: number) => status >= 500 || [402, 408, 409, 425, 429].includes(status)

export class CloudApi {
  readonly #options: CloudApiOptions
  readonly #agent = new Agent({ connect: { timeout: 10_000 }, headersTimeout: 0, bodyTimeout: 0 })

  constructor(options: CloudApiOptions) {
    this.#options = options
  }

  /** The answer of a call as JSON; undefined for 404. @throws as `PodProvider` says */
  async json(call: Call): Promise<unknown> {
    const { status, text } = await this.call(call)
    if (status === 404) return undefined
    try {
      return text.trim() === '' ? {} : JSON.parse(text)
    } catch {
      throw this.#failure(call, `it answered ${status} with what is no JSON: ${text}`)
    }
  }

  /** The answer of a call, where that is a success or 404. @throws as `PodProvider` says */
  async call(call: Call): Promise<Answer> {
    const { clock, credentials } = this.#options
    for (let attempt = 0; ; attempt++) {
      const pause = call.repeatable ? PAUSES_MS[attempt] : undefined
      let answer: (Answer & { retryAfterMs: number }) | undefined
      let why = ''
      try {
        const authorisation = await credentials.authorisation(call.signal)
        answer = await this.#once(call, authorisation)
        const another = answer.status === 401 ? await credentials.renewed?.(authorisation, call.signal) : undefined
        if (another !== undefined) answer = await this.#once(call, another)
      } catch (error) {
        if (call.signal.aborted) throw this.#aborted(call)
        if (error instanceof RoundkeeperError) throw error
        why = causeOf(error)
      }
      if (answer !== undefined && (answer.status < 300 || answer.status === 404)) return answer
      if (answer !== undefined) why = `it answered ${answer.status}: ${answer.text}`
      if (pause === undefined || (answer !== undefined && !passes(answer.status)))
        throw this.#failure(call, why, answer?.status)
      await clock.sleep(Math.max(pause, answer?.retryAfterMs ?? 0), call.signal)
    }
  }

  async #once({ method, path, body, signal }: Call, authorization: string) {
    const { base, clock, callMs = CALL_MS } = this.#options
    const answer = await within(clock, callMs, signal, async (inTime) => {
      const {
        statusCode,
        headers,
        body: stream,
      } = await request(`${base}${path}`, {
        method,
        headers: {
          authorization,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        dispatcher: this.#agent,
        signal: inTime,
      })
      const advice = Number(headers['retry-after']) * 1000
      return {
        status: statusCode,
        text: await boundedText(stream),
        retryAfterMs: advice > 0 ? Math.min(advice, LONGEST_ADVICE_MS) : 0,
      }
    })
    if (answer === undefined) throw new Error(`no answer within ${callMs / 1000} s`)
    return answer
  }

  #failure({ method, path }: Call, why: string, status?: number): RoundkeeperError {
    const { provider, base } = this.#options
    const where = `${method} ${base}${path}`
    const message = `${provider}: ${this.#clean(why)}`
    if (status === 401 || status === 403) {
      const hint = `See that the credentials of ${provider} in the environment are valid, and may run containers.`
      return new RoundkeeperError('unauthorised', message, { where, hint })
    }
    if (status === undefined || passes(status)) {
      const hint = `This is a failure of ${provider}, nobody else's: it is tried again, or elsewhere.`
      return new RoundkeeperError('unavailable', message, { where, hint })
    }
    const hint = `${provider} does not take this request: see what it says, and \`pods\` in roundkeeper.json.`
    return new RoundkeeperError('refused', message, { where, hint })
  }

  #aborted({ signal }: Call): RoundkeeperError {
    const message = `stopped while ${this.#options.provider} was asked`
    return new RoundkeeperError('aborted', message, { cause: signal.reason })
  }

  /** Without secrets first: what is cut in two could not be found any more. */
  #clean(text: string): string {
    const secrets = this.#options.credentials.secrets().filter((secret) => secret !== '')
    const clean = secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
    return printable(clean, MAX_ERROR_TEXT)
  }
}

/** @throws when there is more than any answer of a provider needs */
export async function boundedText(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) throw new Error(`its answer is larger than ${MAX_ANSWER_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** A key that never changes. */
export const bearer = (key: string): Credentials => ({
  authorisation: async () => `Bearer ${key}`,
  secrets: () => [key],
})

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // A refused connection to several addresses has no words of its own.
  return error.message || ((error as NodeJS.ErrnoException).code ?? error.name)
}
