// One question to a media service over HTTP, asked again while it is busy, failing, or out of reach.
import { setTimeout as wait } from 'node:timers/promises'
import { request } from 'undici'
import { RoundkeeperError } from '../errors.ts'
import { ByteSink } from './byte-sink.ts'
import type { FormBody } from './form-body.ts'

export interface ServiceClientOptions {
  /** Without the path of the question; a slash at its end does no harm. */
  readonly endpoint: string
  /** For one attempt. */
  readonly timeoutMs?: number
  readonly attempts?: number
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>
}

export type ServiceAnswer =
  | { readonly ok: true; readonly status: number; readonly bytes: Uint8Array }
  | {
      readonly ok: false
      readonly code: 'unreachable' | 'timeout' | 'busy' | 'failing' | 'too_large'
      readonly detail: string
    }

/** The patience of the original's clients. */
const TIMEOUT_MS = 300_000
const ATTEMPTS = 3
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [1_000, 10_000]
/** Longer than that nobody waits, whatever the service says. */
const LONGEST_ADVICE_SECONDS = 60

/** A form, or JSON. */
type Body = FormBody | string

export class ServiceClient {
  readonly #endpoint: string
  readonly #timeoutMs: number
  readonly #attempts: number
  readonly #sleep: NonNullable<ServiceClientOptions['sleep']>

  /** @throws `usage` for what is no http(s) URL */
  constructor({ endpoint, timeoutMs = TIMEOUT_MS, attempts = ATTEMPTS, sleep }: ServiceClientOptions) {
    if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint)) {
      throw new RoundkeeperError('usage', `no service can be at ${JSON.stringify(endpoint)}`, {
        where: 'endpoint',
        hint: 'Give an address such as http://127.0.0.1:8000.',
      })
    }
    this.#endpoint = endpoint.replace(/\/+$/, '')
    this.#timeoutMs = timeoutMs
    this.#attempts = attempts
    this.#sleep = sleep ?? ((ms, signal) => wait(ms, undefined, { signal }))
  }

  /**
   * @param path with its query @param maxBytes of the answer @returns any answer below 500 except 429, as it came
   * @throws `aborted`
   */
  async post(path: string, body: Body, maxBytes: number, signal: AbortSignal): Promise<ServiceAnswer> {
    let pauseMs = FIRST_PAUSE_MS
    for (let attempt = 1; ; attempt++) {
      const { answer, retryAfterMs } = await this.#ask(path, body, maxBytes, signal)
      if (signal.aborted) throw aborted(signal)
      if (answer.ok || attempt >= this.#attempts) return answer
      await this.#sleep(Math.max(pauseMs, retryAfterMs), signal).catch((error: unknown) => {
        throw signal.aborted ? aborted(signal) : error
      })
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
    }
  }

  async #ask(path: string, body: Body, maxBytes: number, signal: AbortSignal): Promise<Attempt> {
    if (signal.aborted) throw aborted(signal)
    const late = AbortSignal.timeout(this.#timeoutMs)
    try {
      const response = await request(this.#endpoint + path, {
        method: 'POST',
        body: typeof body === 'string' ? body : body.bytes,
        headers: { 'content-type': typeof body === 'string' ? 'application/json' : body.contentType },
        headersTimeout: 0,
        bodyTimeout: 0,
        signal: AbortSignal.any([signal, late]),
      })
      const sink = new ByteSink(maxBytes)
      for await (const chunk of response.body) {
        if (!sink.add(chunk as Uint8Array)) return failed('too_large', `an answer of more than ${maxBytes} bytes`)
      }
      const { statusCode: status, headers } = response
      const bytes = sink.bytes()
      if (status === 429 || status === 503) {
        const seconds = Math.min(Number(headers['retry-after'] ?? 0) || 0, LONGEST_ADVICE_SECONDS)
        return failed('busy', `HTTP ${status}: ${detailOf(bytes)}`, seconds * 1000)
      }
      if (status >= 500) return failed('failing', `HTTP ${status}: ${detailOf(bytes)}`)
      return { answer: { ok: true, status, bytes }, retryAfterMs: 0 }
    } catch (error) {
      if (late.aborted) return failed('timeout', `no answer within ${this.#timeoutMs} ms`)
      const { code, message } = error as NodeJS.ErrnoException
      return failed('unreachable', code === undefined ? message : `${code}: ${message}`)
    }
  }
}

interface Attempt {
  readonly answer: ServiceAnswer
  readonly retryAfterMs: number
}

type FailureCode = Extract<ServiceAnswer, { ok: false }>['code']
const failed = (code: FailureCode, detail: string, retryAfterMs = 0): Attempt => ({
  answer: { ok: false, code, detail },
  retryAfterMs,
})

const MAX_DETAIL_LENGTH = 300

/** The fields of a body that is an object in JSON. */
export function jsonOf(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** What a service says of an error: its `detail`, or the beginning of its words. */
export function detailOf(bytes: Uint8Array): string {
  const detail = jsonOf(bytes)?.detail
  const text = typeof detail === 'string' ? detail : Buffer.from(bytes.subarray(0, MAX_DETAIL_LENGTH)).toString('utf8')
  return text.slice(0, MAX_DETAIL_LENGTH)
}

const aborted = (signal: AbortSignal) =>
  new RoundkeeperError('aborted', 'stopped while a service was asked', { cause: signal.reason })
