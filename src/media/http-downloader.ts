// Guarded download: public addresses only, no redirects, and every size and time bounded before it can hurt.

import { isIP } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { Client, type Dispatcher } from 'undici'
import { RoundkeeperError } from '../errors.ts'
import { ByteSink } from './byte-sink.ts'
import type { Downloader, DownloadLimits, DownloadResult } from './download.ts'
import { type Failure, localFault, SILENT, sourceFault, transferFault } from './download-fault.ts'
import { byReachability, isNamesFault, isPublic, type Resolve, resolveHost } from './public-address.ts'

export interface HttpDownloaderOptions {
  /** Names that lead to an address of the operator's choice: the only way to one that is not public. */
  readonly hosts?: Readonly<Record<string, HostAddress>>
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>
  readonly resolve?: Resolve
}
export interface HostAddress {
  readonly address: string
  readonly port: number
}

const ATTEMPTS = 2
const RETRY_MS = 3_000
const CONNECT_TIMEOUT_MS = 10_000
const MAX_HEADER_BYTES = 16 * 1024
const MAX_URL_LENGTH = 2_048
const HEADERS = { 'accept-encoding': 'identity', accept: '*/*', 'user-agent': 'roundkeeper' }

export class HttpDownloader implements Downloader {
  readonly #hosts: ReadonlyMap<string, HostAddress>
  readonly #sleep: NonNullable<HttpDownloaderOptions['sleep']>
  readonly #resolve: Resolve

  constructor({ hosts = {}, sleep, resolve = resolveHost }: HttpDownloaderOptions = {}) {
    this.#hosts = new Map(Object.entries(hosts))
    this.#sleep = sleep ?? ((ms, signal) => wait(ms, undefined, { signal }))
    this.#resolve = resolve
  }

  /** The time limit holds for each of two attempts. @throws `aborted` */
  async fetch(url: string, limits: DownloadLimits, signal: AbortSignal): Promise<DownloadResult> {
    const target = parseTarget(url)
    if (target === undefined) return told(sourceFault('bad_url', 'not a plain http or https URL without credentials'))
    for (let attempt = 1; ; attempt++) {
      const result = await this.#attempt(target, attempt, limits, signal)
      if (signal.aborted) throw aborted(signal)
      if (result.ok) return result
      if (!result.transient || attempt === ATTEMPTS) return told(result)
      await this.#sleep(RETRY_MS, signal).catch((error: unknown) => {
        throw signal.aborted ? aborted(signal) : error
      })
    }
  }

  async #attempt(
    target: URL,
    attempt: number,
    limits: DownloadLimits,
    signal: AbortSignal,
  ): Promise<Failure | { ok: true; bytes: Uint8Array }> {
    const timeout = AbortSignal.timeout(limits.timeoutMs)
    const stop = AbortSignal.any([signal, timeout])
    const late = () => sourceFault('timeout', `not finished within ${limits.timeoutMs} ms`)
    try {
      const found = await unlessStopped(this.#locate(target), stop)
      if ('ok' in found) return found
      const host = found[(attempt - 1) % found.length]!
      return await transfer(target, host, limits, stop).catch((error: unknown) => {
        if (stop.aborted) throw error
        return transferFault(error, isIP(host.address) === 6)
      })
    } catch (error) {
      if (timeout.aborted || signal.aborted) return late()
      throw error
    }
  }

  /** The addresses to try, each checked. */
  async #locate(target: URL): Promise<HostAddress[] | Failure> {
    const hostname = bare(target)
    const mapped = this.#hosts.get(hostname)
    if (mapped !== undefined) return [mapped]
    const port = Number(target.port || (target.protocol === 'https:' ? 443 : 80))
    let addresses: readonly string[]
    try {
      addresses = isIP(hostname) ? [hostname] : await this.#resolve(hostname)
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException
      const names = await isNamesFault(hostname, code)
      return names ? sourceFault('dns', message, true) : localFault(message)
    }
    const forbidden = addresses.find((address) => !isPublic(address))
    if (forbidden !== undefined) return sourceFault('forbidden_address', `${forbidden} is not a public address`)
    if (addresses.length === 0) return sourceFault('dns', `${hostname} has no address`)
    return byReachability(addresses).map((address) => ({ address, port }))
  }
}

function parseTarget(text: string): URL | undefined {
  if (text.length > MAX_URL_LENGTH || !URL.canParse(text)) return undefined
  const url = new URL(text)
  const plain = url.protocol === 'http:' || url.protocol === 'https:'
  return plain && url.username === '' && url.password === '' && url.port !== '0' ? url : undefined
}

/** The host without the brackets of an IPv6 address. */
const bare = ({ hostname }: URL) => hostname.replace(/^\[(.*)\]$/, '$1')

async function transfer(
  target: URL,
  { address, port }: HostAddress,
  { maxBytes, timeoutMs }: DownloadLimits,
  signal: AbortSignal,
): Promise<Failure | { ok: true; bytes: Uint8Array }> {
  // The URL names the address that was checked, so that nothing is resolved a second time.
  const client = new Client(`${target.protocol}//${isIP(address) === 6 ? `[${address}]` : address}:${port}`, {
    connect: {
      timeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
      ...(isIP(bare(target)) === 0 && { servername: target.hostname }),
    },
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  })
  try {
    const path = target.pathname + target.search
    const response = await client.request({ method: 'GET', path, headers: { ...HEADERS, host: target.host }, signal })
    response.body.on('error', () => {})
    const refused = refusal(response, maxBytes)
    if (refused !== undefined) return refused
    const sink = new ByteSink(maxBytes)
    for await (const chunk of response.body) {
      if (!sink.add(chunk as Uint8Array)) return tooLarge(maxBytes)
    }
    return { ok: true, bytes: sink.bytes() }
  } finally {
    await client.destroy()
  }
}

/** What the head of an answer says against taking its body. */
function refusal({ statusCode, headers }: Dispatcher.ResponseData, maxBytes: number): Failure | undefined {
  if (statusCode >= 300 && statusCode < 400) {
    return sourceFault('redirect', `HTTP ${statusCode}; redirects are not followed, serve the file at its own address`)
  }
  if (statusCode !== 200) {
    return sourceFault('http_status', `HTTP ${statusCode}`, statusCode >= 500 || statusCode === 429)
  }
  const encoding = String(headers['content-encoding'] ?? 'identity')
    .trim()
    .toLowerCase()
  if (encoding !== 'identity' && encoding !== '') {
    return sourceFault('content_encoding', `the body is encoded as ${encoding.slice(0, 40)}; serve plain bytes`)
  }
  return Number(headers['content-length'] ?? 0) > maxBytes ? tooLarge(maxBytes) : undefined
}

const tooLarge = (maxBytes: number) => sourceFault('too_large', `more than ${maxBytes} bytes`)

const told = ({ ok, fault, code, detail }: Failure): DownloadResult =>
  SILENT.has(code) ? { ok, fault, code, detail, silent: true } : { ok, fault, code, detail }

/** Name resolution cannot be called off, but nobody has to wait for it. */
function unlessStopped<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (stop.aborted) reject(stop.reason)
    stop.addEventListener('abort', () => reject(stop.reason), { once: true })
    work.then(resolve, reject)
  })
}

const aborted = (signal: AbortSignal) =>
  new RoundkeeperError('aborted', 'stopped while downloading', { cause: signal.reason })
