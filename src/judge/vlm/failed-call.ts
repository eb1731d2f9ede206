/** What a failed call says: about the question, about how often we ask, about us, or about nothing but the line. */
import { shortened } from './decision.ts'
import type { Reply } from './endpoint.ts'
import type { KeepText } from './kept-text.ts'

interface ApiError {
  readonly status?: unknown
  readonly message?: unknown
  readonly headers?: unknown
  readonly code?: unknown
  readonly cause?: unknown
}

const MAX_DETAIL = 300

/** @param schema whether the call was held to the JSON schema */
export function replyTo(error: unknown, schema: boolean, keep: KeepText): Reply {
  const { status, headers } = (typeof error === 'object' && error !== null ? error : {}) as ApiError
  const detail = detailOf(error, keep)
  if (typeof status !== 'number') return { kind: 'failed', detail }
  if (status === 429) return { kind: 'limited', afterMs: retryAfterMs(headers) }
  if (status === 401 || status === 402 || status === 403) return { kind: 'closed', detail, unauthorised: true }
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

function detailOf(error: unknown, keep: KeepText): string {
  const { status, message } = error as ApiError
  const why = rootOf(error)
  const all = `${String(message ?? error)}${why === message ? '' : `: ${why}`}`.replace(/^\d{3} /, '')
  // The key goes before anything else is changed, which might hide it.
  const said = shortened(keep(all, all.length) ?? '').slice(0, MAX_DETAIL)
  return typeof status === 'number' ? `HTTP ${status}: ${said}` : said
}

/** What it came from in the end. */
function rootOf(error: unknown): unknown {
  const { message, cause } = error as ApiError
  return cause instanceof Error ? rootOf(cause) : message
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
