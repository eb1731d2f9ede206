/** What a failed call says: about the question, about how often we ask, about us, or about nothing but the line. */
import type { Reply } from './endpoint.ts'

interface ApiError {
  readonly status?: unknown
  readonly message?: unknown
  readonly headers?: unknown
  readonly code?: unknown
  readonly cause?: unknown
}

const MAX_DETAIL = 300

/** @param schema whether the call was held to the JSON schema */
export function replyTo(error: unknown, schema: boolean): Reply {
  const { status, headers } = (typeof error === 'object' && error !== null ? error : {}) as ApiError
  const detail = detailOf(error)
  if (typeof status !== 'number') return { kind: 'failed', detail }
  if (status === 429) return { kind: 'limited', afterMs: retryAfterMs(headers) }
  if (status === 401 || status === 403) return { kind: 'closed', detail, unauthorised: true }
  if (status === 404) return { kind: 'closed', detail, unauthorised: false }
  if (status === 408 || status === 409 || status >= 500) {
    const afterMs = retryAfterMs(headers)
    return afterMs === undefined ? { kind: 'failed', detail } : { kind: 'limited', afterMs }
  }
  const answer = { content: null, refusal: null, finish_reason: null, rejected: detail }
  return {
    kind: 'answered',
    answer,
    model: null,
    fingerprint: null,
    tokens: { prompt: null, completion: null },
    schema,
  }
}

function detailOf(error: unknown): string {
  const { status, message, cause } = error as ApiError
  const why = cause instanceof Error && cause.message !== message ? `: ${cause.message}` : ''
  const said = `${String(message ?? error)}${why}`.replace(/^\d{3} /, '').slice(0, MAX_DETAIL)
  return typeof status === 'number' ? `HTTP ${status}: ${said}` : said
}

/** Seconds, or a date; `retry-after-ms` is more exact where it is sent. @returns undefined when there is nothing to go by */
function retryAfterMs(headers: unknown): number | undefined {
  if (!(headers instanceof Headers)) return undefined
  const exact = headers.get('retry-after-ms')
  const said = headers.get('retry-after')
  const ms = exact !== null ? Number(exact) : said === null ? Number.NaN : Number(said) * 1000
  if (Number.isFinite(ms) && ms >= 0) return ms
  const date = Date.parse(said ?? '')
  const now = Date.parse(headers.get('date') ?? '')
  return Number.isFinite(date - now) ? Math.max(0, date - now) : undefined
}
