// A registry of the OCI distribution API: manifests and small blobs, with the tokens that it asks for.

import { z } from 'zod'
import type { Clock } from '../../engine/clock.ts'
import { isError, RoundkeeperError } from '../../errors.ts'
import { hide } from '../../mask.ts'
import { parseChallenge } from './auth-challenge.ts'
import type { ImageReference } from './image-reference.ts'
import type { RegistryAnswer, RegistryConnection } from './registry-connection.ts'
import { retryAfterMs } from './retry-after.ts'

export type RegistryReply =
  | { readonly kind: 'found'; readonly bytes: Uint8Array; readonly digest: string | undefined }
  | { readonly kind: 'missing' | 'denied' | 'too_large'; readonly detail: string }

export interface RegistryCredentials {
  readonly username: string
  readonly password: string
}

export interface RegistryClientOptions {
  readonly connection: RegistryConnection
  readonly clock: Clock
  readonly credentials?: RegistryCredentials | undefined
}

const ATTEMPTS = 3
/** After a failure each question is asked once only: a round has many entries, and a registry that is down must not cost hours. */
const IMPATIENT_MS = 600_000
const PAUSE_MS = 2_000
/** Longer than that nobody waits within a run, whatever the registry says. */
const LONGEST_PAUSE_MS = 60_000
const MAX_TOKEN_BYTES = 64 * 1024
const MAX_TOKENS = 256

const tokenSchema = z.union([
  z.object({ token: z.string().min(1) }).transform(({ token }) => token),
  z.object({ access_token: z.string().min(1) }).transform(({ access_token }) => access_token),
])

type Name = Pick<ImageReference, 'registry' | 'name'>

export class RegistryClient {
  readonly #connection: RegistryConnection
  readonly #clock: Clock
  readonly #credentials: RegistryCredentials | undefined
  /** `Authorization` by registry and name, oldest first. */
  readonly #authorisations = new Map<string, string>()
  #failedAt = Number.NEGATIVE_INFINITY

  constructor({ connection, clock, credentials }: RegistryClientOptions) {
    this.#connection = connection
    this.#clock = clock
    this.#credentials = credentials
  }

  /**
   * @param path `manifests/TAG`, `manifests/sha256:…`, `blobs/sha256:…`
   * @throws `unavailable` when it cannot be known now; `refused`, `aborted`
   */
  async get(of: Name, path: string, accept: string, maxBytes: number, signal: AbortSignal): Promise<RegistryReply> {
    const url = `${this.#origin(of)}/v2/${of.name}/${path}`
    const ask = () => this.#patiently(url, { accept, ...this.#known(of) }, maxBytes, signal)
    let answer = await ask()
    if (answer.status === 401) {
      const isAuthorised = await this.#authorise(of, answer.headers['www-authenticate'], signal)
      if (isAuthorised) answer = await ask()
    }
    return replyOf(answer, url, maxBytes)
  }

  #origin({ registry }: Name): string {
    // What everybody calls docker.io answers under another name.
    const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry
    return `${this.#connection.schemeOf(host)}://${host}`
  }

  #known(of: Name): { authorization?: string } {
    const authorization = this.#authorisations.get(keyOf(of))
    return authorization === undefined ? {} : { authorization }
  }

  /** @returns whether it is worth asking once more */
  async #authorise(of: Name, header: string | undefined, signal: AbortSignal): Promise<boolean> {
    const authorization = await this.#authorisation(of, header, signal)
    this.#authorisations.delete(keyOf(of))
    if (authorization === undefined) return false
    this.#authorisations.set(keyOf(of), authorization)
    for (const oldest of this.#authorisations.keys()) {
      if (this.#authorisations.size <= MAX_TOKENS) break
      this.#authorisations.delete(oldest)
    }
    return true
  }

  async #authorisation(of: Name, header: string | undefined, signal: AbortSignal): Promise<string | undefined> {
    const challenge = parseChallenge(header)
    const basic = this.#credentials && basicOf(this.#credentials)
    if (challenge?.scheme !== 'bearer') return challenge && basic
    const url = new URL(challenge.realm)
    if (challenge.service !== undefined) url.searchParams.set('service', challenge.service)
    url.searchParams.set('scope', `repository:${of.name}:pull`)
    const answer = await this.#patiently(
      url.href,
      { accept: 'application/json', ...(basic && { authorization: basic }) },
      MAX_TOKEN_BYTES,
      signal,
    )
    if (answer.status === 401 || answer.status === 403 || answer.status === 404) return undefined
    const token = answer.status === 200 ? tokenSchema.safeParse(jsonOf(answer.bytes)).data : undefined
    if (token === undefined) throw unexpected(url.origin + url.pathname, `HTTP ${answer.status} instead of a token`)
    hide(token)
    return `Bearer ${token}`
  }

  /** Whoever is busy or failing is asked again, for a while. */
  async #patiently(
    url: string,
    headers: Readonly<Record<string, string>>,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<RegistryAnswer> {
    const attempts = this.#clock.now().getTime() - this.#failedAt < IMPATIENT_MS ? 1 : ATTEMPTS
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#connection.get(url, headers, maxBytes, signal).catch((error: unknown) => {
        if (!isError(error, 'unavailable')) throw error
        if (attempt < attempts) return
        this.#failedAt = this.#clock.now().getTime()
        throw error
      })
      if (answer !== undefined && answer.status !== 429 && answer.status < 500) return answer
      const advised = retryAfterMs(answer?.headers['retry-after'], this.#clock.now())
      const pauseMs = advised ?? PAUSE_MS * 2 ** (attempt - 1)
      if (attempt === attempts || pauseMs > LONGEST_PAUSE_MS) {
        this.#failedAt = this.#clock.now().getTime()
        throw unexpected(url, `HTTP ${answer?.status}`)
      }
      await this.#clock.sleep(pauseMs, signal).catch((cause: unknown) => {
        throw new RoundkeeperError('aborted', 'stopped while a registry was asked', { cause })
      })
    }
  }
}

const keyOf = ({ registry, name }: Name) => `${registry}/${name}`

const basicOf = ({ username, password }: RegistryCredentials) =>
  `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`

function replyOf({ status, headers, bytes }: RegistryAnswer, url: string, maxBytes: number): RegistryReply {
  if (status === 404) return { kind: 'missing', detail: 'HTTP 404' }
  if (status === 401 || status === 403) return { kind: 'denied', detail: `HTTP ${status}` }
  if (status !== 200) throw unexpected(url, `HTTP ${status}`)
  if (bytes === undefined) return { kind: 'too_large', detail: `more than ${maxBytes} bytes` }
  return { kind: 'found', bytes, digest: headers['docker-content-digest'] }
}

function jsonOf(bytes: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(bytes ?? []).toString('utf8'))
  } catch {
    return undefined
  }
}

const unexpected = (url: string, detail: string) =>
  new RoundkeeperError('unavailable', `a registry is no help now: ${detail}`, {
    where: url.replace(/\?.*$/s, ''),
    hint: 'This is no failure of the miner’s: it is asked again by the next run.',
  })
