import { Agent, type Dispatcher } from 'undici'
import { RoundkeeperError } from '../../errors.ts'
import { checkKey } from '../key.ts'
import type { ObjectSource, ReadLimits } from './object-source.ts'
import { readBody, stopped } from './read-body.ts'

export interface HttpSourceOptions {
  /** Without a sign of life. */
  readonly idleTimeoutMs?: number
}

const MAX_REDIRECTS = 3
const IDLE_TIMEOUT_MS = 30_000
const CONNECT_TIMEOUT_MS = 10_000
const CONNECTIONS = 16
const HEADERS = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'roundkeeper' }

/** Objects that somebody serves as files: `GET base/key`. */
export class HttpSource implements ObjectSource {
  readonly id: string
  readonly #base: string
  readonly #agent: Agent

  /** @throws `usage` */
  constructor(base: string, { idleTimeoutMs = IDLE_TIMEOUT_MS }: HttpSourceOptions = {}) {
    const url = URL.canParse(base) ? new URL(base) : undefined
    const plain = url && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '' && url.hash === ''
    if (!plain) {
      throw new RoundkeeperError('usage', 'not the address of an object store', {
        where: url ? `${url.protocol}//${url.host}${url.pathname}` : base,
        hint: 'Give a plain http or https URL, without user name and query, below which the objects lie.',
      })
    }
    this.#base = url.href.replace(/\/+$/, '')
    this.id = this.#base
    this.#agent = new Agent({
      connections: CONNECTIONS,
      connect: { timeout: Math.min(CONNECT_TIMEOUT_MS, idleTimeoutMs) },
      headersTimeout: idleTimeoutMs,
      bodyTimeout: idleTimeoutMs,
    })
  }

  async get(key: string, { maxBytes, signal }: ReadLimits): Promise<Uint8Array | undefined> {
    let url = new URL(`${this.#base}/${checkKey(key)}`)
    try {
      for (let hops = 0; ; hops++) {
        const response = await this.#request(url, signal)
        const next = hops < MAX_REDIRECTS ? redirectOf(response, url) : undefined
        if (next === undefined) return await read(response, url.href, maxBytes)
        await response.body.dump()
        url = next
      }
    } catch (error) {
      if (error instanceof RoundkeeperError) throw error
      if (signal.aborted) throw stopped(signal)
      throw new RoundkeeperError('unavailable', `the object store does not answer: ${reason(error)}`, {
        where: url.href,
        hint: 'Check the address and the network, and try again.',
        cause: error,
      })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy()
  }

  #request(url: URL, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const path = url.pathname + url.search
    return this.#agent.request({ origin: url.origin, path, method: 'GET', headers: HEADERS, signal })
  }
}

/** Where an answer sends us; never from https to http. */
function redirectOf({ statusCode, headers }: Dispatcher.ResponseData, from: URL): URL | undefined {
  const location = headers.location
  if (![301, 302, 303, 307, 308].includes(statusCode) || typeof location !== 'string') return undefined
  if (!URL.canParse(location, from.href)) return undefined
  const to = new URL(location, from)
  const safe = to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:')
  return safe && to.username === '' ? to : undefined
}

async function read(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  where: string,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  body.on('error', () => {})
  try {
    if (statusCode === 404 || statusCode === 410) return undefined
    const encoding = String(headers['content-encoding'] ?? 'identity')
    if (statusCode !== 200) throw failure(statusCode, where)
    if (encoding !== 'identity') {
      throw new RoundkeeperError('refused', `the object is served as ${encoding.slice(0, 40)}, not as it is`, {
        where,
        hint: 'Have the server send the plain bytes.',
      })
    }
    const length = headers['content-length']
    return await readBody(body, { where, maxBytes, announced: length === undefined ? undefined : Number(length) })
  } finally {
    body.destroy()
  }
}

function failure(status: number, where: string): RoundkeeperError {
  if (status === 401 || status === 403) {
    return new RoundkeeperError('unauthorised', `the object store refuses us (HTTP ${status})`, {
      where,
      hint: 'Its objects have to be public to be read over HTTP; some stores also answer so for objects they do not have.',
    })
  }
  const transient = status >= 500 || status === 429 || status === 408
  return new RoundkeeperError(transient ? 'unavailable' : 'refused', `the object store answers HTTP ${status}`, {
    where,
    hint: transient ? 'Try again later.' : 'Check the address of the store.',
  })
}

const reason = (error: unknown) =>
  (error instanceof Error && error.message) || String((error as { code?: string }).code)
