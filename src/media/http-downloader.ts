// Guarded download: checked addresses only, at every hop, and every size and time bounded before it can hurt.

import { isIP } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { RoundkeeperError } from '../errors.ts'
import { type Answer, redirectOf, refusal, sightOf, statusFault } from './answer-head.ts'
import { ByteSink } from './byte-sink.ts'
import { decodedBody, encodingOf, Refused } from './decoded-body.ts'
import type {
  Downloader,
  DownloadFailure,
  DownloadLimits,
  DownloadResult,
  LookResult,
  StreamResult,
} from './download.ts'
import { type Failure, sourceFault, transferFault } from './download-fault.ts'
import { type HostAddress, locate, parseTarget } from './download-target.ts'
import { PinnedConnections } from './pinned-connections.ts'
import { type Resolve, resolveHost } from './public-address.ts'
import { TransferWatch, unlessStopped } from './transfer-watch.ts'

export type { HostAddress } from './download-target.ts'

export interface HttpDownloaderOptions {
  /** Names that lead to an address of the operator's choice: the only way to one that is not public. */
  readonly hosts?: Readonly<Record<string, HostAddress>>
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>
  readonly resolve?: Resolve
}

const ATTEMPTS = 2
const RETRY_MS = 3_000
const HEADERS_MS = 30_000
const FIRST_BYTE_MS = 30_000
const IDLE_MS = 30_000
const MAX_REDIRECTS = 3
/** Of a body that nobody wants, read so that its connection can be used again. */
const MAX_WASTE_BYTES = 16 * 1024
const HEADERS = { 'accept-encoding': 'identity', accept: '*/*', 'user-agent': 'roundkeeper' }

interface Request {
  readonly method: 'GET' | 'HEAD'
  readonly headers?: Readonly<Record<string, string>>
}

export class HttpDownloader implements Downloader {
  readonly #hosts: ReadonlyMap<string, HostAddress>
  readonly #sleep: NonNullable<HttpDownloaderOptions['sleep']>
  readonly #resolve: Resolve
  readonly #connections = new PinnedConnections()

  constructor({ hosts = {}, sleep, resolve = (name) => resolveHost(name) }: HttpDownloaderOptions = {}) {
    this.#hosts = new Map(Object.entries(hosts))
    this.#sleep = sleep ?? ((ms, signal) => wait(ms, undefined, { signal }))
    this.#resolve = resolve
  }

  /** The time limit holds for each of two attempts. @throws `aborted` */
  async fetch(url: string, limits: DownloadLimits, signal: AbortSignal): Promise<DownloadResult> {
    for (let attempt = 1; ; attempt++) {
      const result = await this.stream(url, limits, (chunks) => whole(chunks, limits.maxBytes), signal)
      if (result.ok) return { ok: true, bytes: result.value }
      if (!result.transient || attempt === ATTEMPTS) return result
      await this.#sleep(RETRY_MS, signal).catch((error: unknown) => {
        throw signal.aborted ? aborted(signal) : error
      })
    }
  }

  async stream<T>(
    url: string,
    limits: DownloadLimits,
    take: (chunks: AsyncIterable<Uint8Array>) => Promise<T>,
    signal: AbortSignal,
  ): Promise<StreamResult<T>> {
    return this.#exchange(url, { method: 'GET' }, limits, signal, async (answer, watch) => {
      const refused = refusal(answer, limits.maxBytes)
      if (refused !== undefined) return refused
      const encoding = encodingOf(answer.headers['content-encoding'])
      const body = new Body(decodedBody(waited(answer, limits, watch), encoding, limits.maxBytes))
      try {
        const value = await take(body)
        return body.isWhole ? { ok: true, value } : sourceFault('connect', 'the transfer was left unfinished', true)
      } catch (error) {
        if (body.failure === undefined) throw new OwnFault(error)
        throw body.failure
      }
    })
  }

  /** Asks by HEAD, and by a GET for one byte where that says neither yes nor no. @throws `aborted` */
  async look(url: string, limits: DownloadLimits, signal: AbortSignal): Promise<LookResult> {
    const head = await this.#exchange<LookResult>(url, { method: 'HEAD' }, limits, signal, async (answer) =>
      answer.statusCode === 200 ? sightOf(answer, 'HEAD') : statusFault(answer),
    )
    if (head.ok || !isUnclear(head)) return head
    const request: Request = { method: 'GET', headers: { range: 'bytes=0-0' } }
    return this.#exchange<LookResult>(url, request, limits, signal, async (answer) =>
      answer.statusCode === 206 || answer.statusCode === 200 ? sightOf(answer, 'GET') : statusFault(answer),
    )
  }

  /** One attempt, with all its hops, told as a failure whatever goes wrong on the other side. @throws `aborted` */
  async #exchange<R extends { readonly ok: boolean }>(
    url: string,
    request: Request,
    limits: DownloadLimits,
    signal: AbortSignal,
    use: (answer: Answer, watch: TransferWatch) => Promise<R | Failure>,
  ): Promise<R | Failure> {
    const watch = new TransferWatch(signal, limits.timeoutMs)
    try {
      return await this.#follow(url, request, limits, watch, use)
    } catch (error) {
      if (error instanceof OwnFault) throw error.cause
      if (signal.aborted) throw aborted(signal)
      if (watch.late !== undefined) return watch.late
      if (error instanceof Refused) return error.failure
      return transferFault(error, false)
    }
  }

  async #follow<R extends { readonly ok: boolean }>(
    url: string,
    request: Request,
    limits: DownloadLimits,
    watch: TransferWatch,
    use: (answer: Answer, watch: TransferWatch) => Promise<R | Failure>,
  ): Promise<R | Failure> {
    const first = parseTarget(url)
    if (first === undefined) return sourceFault('bad_url', 'not a plain http or https URL without credentials')
    let target: URL = first
    const { maxRedirects = MAX_REDIRECTS } = limits
    for (let hops = 0; ; hops++) {
      const answer = await this.#ask(target, request, limits, watch)
      if ('ok' in answer) return answer
      const location = redirectOf(answer)
      if (location === undefined) {
        try {
          return await use(answer, watch)
        } finally {
          discard(answer)
        }
      }
      discard(answer)
      if (hops === maxRedirects)
        return sourceFault('redirect', `HTTP ${answer.statusCode}, after ${hops} other redirects`)
      const next: URL | undefined = location === '' ? undefined : parseTarget(location, target)
      if (next === undefined) return sourceFault('redirect', `HTTP ${answer.statusCode} to no plain http or https URL`)
      if (target.protocol === 'https:' && next.protocol === 'http:' && !this.#hosts.has(next.hostname)) {
        return sourceFault('insecure', `HTTP ${answer.statusCode} leads from https to http`)
      }
      target = next
    }
  }

  /** Of several addresses two are tried; so is a new connection where an old one turned out to be closed. */
  async #ask(target: URL, request: Request, limits: DownloadLimits, watch: TransferWatch): Promise<Answer | Failure> {
    const headersMs = limits.headersMs ?? HEADERS_MS
    return watch.wait('no headers', headersMs, async (signal) => {
      const found = await unlessStopped(locate(target, limits, this.#hosts, this.#resolve), signal)
      if ('ok' in found) return found
      for (let attempt = 0; ; attempt++) {
        const host = found[attempt % found.length] as HostAddress
        const { pool, isUsed } = this.#connections.to(target, host)
        try {
          const path = target.pathname + target.search
          const headers = { ...HEADERS, ...request.headers, host: target.host }
          const answer = await pool.request({ method: request.method, path, headers, signal })
          answer.body.on('error', () => {})
          return answer
        } catch (error) {
          if (signal.aborted) throw error
          const failure = transferFault(error, isIP(host.address) === 6)
          if (failure.code === 'connect' || failure.code === 'timeout') this.#connections.drop(target, host)
          const another = isUsed || found.length > 1
          if (attempt > 0 || !another || (failure.code !== 'connect' && failure.code !== 'timeout')) return failure
        }
      }
    })
  }
}

/** Answers to HEAD that need no second question. */
const CLEAR: readonly number[] = [404, 410, 408, 429]

/** Some servers know no HEAD, and answer it by an error, a body, or not at all. */
const isUnclear = ({ status, code }: DownloadFailure) =>
  status === undefined ? code === 'protocol' || code === 'connect' : !CLEAR.includes(status)

/** What whoever takes the bytes throws is not the host's doing. */
class OwnFault extends Error {
  constructor(cause: unknown) {
    super('the bytes could not be taken', { cause })
  }
}

/** Remembers how a body ended, since whoever takes its pieces may throw something else. */
class Body implements AsyncIterable<Uint8Array> {
  failure: unknown
  isWhole = false
  readonly #chunks: AsyncIterable<Uint8Array>

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const chunks = this.#chunks[Symbol.asyncIterator]()
    try {
      for (;;) {
        const next = await this.#next(chunks)
        if (next.done) break
        yield next.value
      }
      this.isWhole = true
    } finally {
      await chunks.return?.()
    }
  }

  async #next(chunks: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
    try {
      return await chunks.next()
    } catch (error) {
      this.failure = error
      throw error
    }
  }
}

/** The pieces of a body; the clocks run while we wait for one. */
async function* waited(
  { body }: Answer,
  { firstByteMs = FIRST_BYTE_MS, idleMs = IDLE_MS }: DownloadLimits,
  watch: TransferWatch,
): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  try {
    for (let first = true; ; first = false) {
      const [what, ms] = first ? (['no first byte', firstByteMs] as const) : (['nothing more', idleMs] as const)
      const next = await watch.wait(what, ms, () => chunks.next())
      if (next.done) return
      yield next.value
    }
  } finally {
    await chunks.return?.()
  }
}

async function whole(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const sink = new ByteSink(maxBytes)
  for await (const chunk of chunks) sink.add(chunk)
  return sink.bytes()
}

/** A short rest is read, so that the connection can be used again; a long one is not worth it. */
function discard({ body }: Answer): void {
  if (body.readableEnded || body.destroyed) return
  body.dump({ limit: MAX_WASTE_BYTES, signal: AbortSignal.timeout(1_000) }).catch(() => undefined)
}

const aborted = (signal: AbortSignal) =>
  new RoundkeeperError('aborted', 'stopped while downloading', { cause: signal.reason })
