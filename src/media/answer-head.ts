/** What the head of an answer says: where it leads, why its body is not taken, what it tells of the file. */
import type { Dispatcher } from 'undici'
import { encodingOf, isKnownEncoding } from './decoded-body.ts'
import type { Sight } from './download.ts'
import { type Failure, sourceFault } from './download-fault.ts'

export type Answer = Dispatcher.ResponseData

const MAX_TEXT = 200

/** Where a redirect leads; undefined for an answer that is none. */
export function redirectOf({ statusCode, headers }: Answer): string | undefined {
  if (![301, 302, 303, 307, 308].includes(statusCode)) return undefined
  return String(headers.location ?? '')
}

/** An answer that is not the file. */
export function statusFault({ statusCode: status }: Answer): Failure {
  const transient = status >= 500 || status === 429 || status === 408
  return { ...sourceFault('http_status', `HTTP ${status}`, transient), status }
}

/** Why the body is not taken. */
export function refusal(answer: Answer, maxBytes: number): Failure | undefined {
  const { statusCode, headers } = answer
  if (statusCode !== 200) return statusFault(answer)
  const encoding = encodingOf(headers['content-encoding'])
  if (encoding !== undefined && !isKnownEncoding(encoding)) {
    return sourceFault('content_encoding', `the body is encoded as ${encoding.slice(0, 40)}; serve plain bytes`)
  }
  // Only a hint: what comes is counted.
  const announced = Number(headers['content-length'] ?? 0)
  return announced > maxBytes ? sourceFault('too_large', `more than ${maxBytes} bytes`) : undefined
}

export function sightOf({ statusCode: status, headers }: Answer, method: Sight['method']): Sight {
  const size = method === 'HEAD' || status === 200 ? wholeOf(headers['content-length']) : rangeOf(headers)
  const etag = textOf(headers.etag)
  const lastModified = textOf(headers['last-modified'])
  return {
    ok: true,
    status,
    method,
    ...(size !== undefined && { size }),
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified }),
  }
}

type Header = string | string[] | undefined

const rangeOf = (headers: Answer['headers']) => wholeOf(/\/(\d+)$/.exec(String(headers['content-range'] ?? ''))?.[1])

function wholeOf(header: Header): number | undefined {
  const number = /^\d{1,15}$/.test(String(header)) ? Number(header) : Number.NaN
  return Number.isSafeInteger(number) ? number : undefined
}

function textOf(header: Header): string | undefined {
  return typeof header === 'string' && /^[\x20-\x7e]+$/.test(header) ? header.slice(0, MAX_TEXT) : undefined
}
