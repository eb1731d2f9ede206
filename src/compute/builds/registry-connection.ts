// One GET to a registry or to where it sends us: checked addresses only, at every hop, bounded in bytes and time.
import { RoundkeeperError } from '../../errors.ts'
import { ByteSink } from '../../media/byte-sink.ts'
import { type HostAddress, locate, parseTarget } from '../../media/download-target.ts'
import { PinnedConnections } from '../../media/pinned-connections.ts'
import { type Resolve, resolveHost } from '../../media/public-address.ts'

export interface RegistryAnswer {
  readonly status: number
  /** The first of each name. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Undefined when there were more than allowed. */
  readonly bytes: Uint8Array | undefined
}

export interface ConnectionOptions {
  /** Names that lead to an address of the operator's choice: the only way to one that is not public, and to plain http. */
  readonly hosts?: Readonly<Record<string, HostAddress>>
  readonly resolve?: Resolve
  /** For one request, with all its hops. */
  readonly timeoutMs?: number
}

const MAX_REDIRECTS = 3
const TIMEOUT_MS = 20_000
const REDIRECTS = [301, 302, 303, 307, 308]

export class RegistryConnection {
  readonly #hosts: ReadonlyMap<string, HostAddress>
  readonly #resolve: Resolve
  readonly #timeoutMs: number
  readonly #connections = new PinnedConnections()

  constructor({ hosts = {}, resolve = (name) => resolveHost(name), timeoutMs = TIMEOUT_MS }: ConnectionOptions = {}) {
    this.#hosts = new Map(Object.entries(hosts))
    this.#resolve = resolve
    this.#timeoutMs = timeoutMs
  }

  /** A host of the operator's own is asked by plain http, as registries on one's own machine are. */
  schemeOf(registry: string): 'http' | 'https' {
    return this.#hosts.has(registry.replace(/:\d+$/, '')) ? 'http' : 'https'
  }

  /**
   * @param headers `authorization` is sent to the first host only, never to where it redirects
   * @throws `unavailable` when there was no answer, `refused` where the address must not be asked; `aborted`
   */
  async get(
    url: string,
    headers: Readonly<Record<string, string>>,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<RegistryAnswer> {
    const late = AbortSignal.timeout(this.#timeoutMs)
    try {
      return await this.#follow(url, headers, maxBytes, AbortSignal.any([signal, late]))
    } catch (error) {
      if (signal.aborted) throw new RoundkeeperError('aborted', 'stopped while a registry was asked', { cause: error })
      if (error instanceof RoundkeeperError) throw error
      const { code, message } = error as NodeJS.ErrnoException
      throw unavailable(
        url,
        late.aborted ? `no answer within ${this.#timeoutMs} ms` : `${code ?? ''} ${message}`.trim(),
      )
    }
  }

  async #follow(
    first: string,
    headers: Readonly<Record<string, string>>,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<RegistryAnswer> {
    const { authorization, ...others } = headers
    let target = parseTarget(first)
    const origin = target?.origin
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      if (target === undefined) throw refused(first, 'it leads to no plain http or https URL')
      const sent = target.origin === origin && authorization !== undefined ? { ...others, authorization } : others
      const answer = await this.#ask(target, sent, maxBytes, signal)
      const { location } = answer.headers
      if (!REDIRECTS.includes(answer.status) || location === undefined) return answer
      const next = parseTarget(location, target)
      if (target.protocol === 'https:' && next?.protocol === 'http:')
        throw refused(first, 'it leads from https to http')
      target = next
    }
    throw refused(first, `it redirects more than ${MAX_REDIRECTS} times`)
  }

  async #ask(
    target: URL,
    headers: Readonly<Record<string, string>>,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<RegistryAnswer> {
    const found = await locate(target, {}, this.#hosts, this.#resolve)
    if ('ok' in found) {
      const isForbidden = ['forbidden_address', 'forbidden_port', 'insecure'].includes(found.code)
      throw (isForbidden ? refused : unavailable)(target.href, found.detail)
    }
    const { pool } = this.#connections.to(target, found[0] as HostAddress)
    const {
      statusCode,
      headers: got,
      body,
    } = await pool.request({
      method: 'GET',
      path: target.pathname + target.search,
      headers: { 'accept-encoding': 'identity', 'user-agent': 'roundkeeper', ...headers, host: target.host },
      signal,
    })
    const sink = new ByteSink(maxBytes)
    let isWhole = true
    for await (const chunk of body) {
      isWhole = sink.add(chunk as Uint8Array)
      if (!isWhole) break
    }
    return { status: statusCode, headers: firstOfEach(got), bytes: isWhole ? sink.bytes() : undefined }
  }
}

const firstOfEach = (headers: Readonly<Record<string, string | string[] | undefined>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]))

/** Without the query: where a registry redirects to, it holds a signature that lets others in. */
const placeOf = (url: string) => url.replace(/\?.*$/s, '')

const unavailable = (url: string, detail: string) =>
  new RoundkeeperError('unavailable', `a registry does not answer: ${detail}`, {
    where: placeOf(url),
    hint: 'This is no failure of the miner’s: it is asked again by the next run.',
  })

const refused = (url: string, detail: string) =>
  new RoundkeeperError('refused', `a registry is not asked: ${detail}`, {
    where: placeOf(url),
    hint: 'Registries have public addresses and speak https; `hosts` in roundkeeper.json names those of your own.',
    retryable: true,
  })
