import type { S3Client } from '@aws-sdk/client-s3'
import type { Clock } from '../../engine/clock.ts'
import { isError, RoundkeeperError } from '../../errors.ts'
import { hide } from '../../mask.ts'
import { readBody } from '../source/read-body.ts'
import { type Body, base64Of } from './body.ts'
import { configOf, IDLE_TIMEOUT_MS, loadSdk, type Sdk } from './client.ts'
import type { S3Credentials } from './credentials.ts'
import { failureOf, isMissing, isOccupied, type SdkError } from './failure.ts'
import { idOf, type S3Location } from './location.ts'
import { patiently } from './patience.ts'

export interface BucketOptions extends S3Location {
  readonly clock: Clock
  /** Asked when they are needed first; instead of those that the AWS tools use: environment, profile, role. */
  readonly credentials?: () => S3Credentials
  readonly idleTimeoutMs?: number
  readonly attempts?: number
}

/** An object as it was written by us; the hash is missing where somebody else did. */
export interface Found {
  readonly size: number
  readonly sha256: string | undefined
}

export interface Connection {
  readonly sdk: Sdk
  readonly client: S3Client
  readonly at: { readonly Bucket: string; readonly Key: string }
  readonly options: { readonly abortSignal: AbortSignal }
}

/** Half a minute in pauses. */
const ATTEMPTS = 7
/** For one request, as slow as a line may be. */
const REQUEST_TIMEOUT_MS = 300_000

/** Single questions to a bucket, each asked again while the service is unavailable. Connects when it is asked first. */
export class Bucket implements AsyncDisposable {
  readonly id: string
  readonly #options: BucketOptions
  readonly #closing = new AbortController()
  #connected: Promise<Omit<Connection, 'at' | 'options'>> | undefined
  #seen = false

  constructor(options: BucketOptions) {
    this.id = idOf(options)
    this.#options = options
  }

  where(key: string): string {
    return `${key} in ${this.id}`
  }

  /** @param once only if there is no such object @returns false when there is one */
  async write(key: string, body: Body, contentType: string, once: boolean): Promise<boolean> {
    const Body = await body.slice(0, body.size)
    const written = await this.ask(key, ({ sdk, client, at, options }) =>
      client
        .send(
          new sdk.PutObjectCommand({
            ...at,
            ...describe(body, contentType),
            Body,
            ChecksumSHA256: base64Of(body.sha256),
            ...(once && { IfNoneMatch: '*' }),
          }),
          options,
        )
        .then(() => true, unless(isOccupied, false)),
    )
    this.#seen = true
    return written
  }

  /** @returns undefined when there is no such object */
  async find(key: string): Promise<Found | undefined> {
    const found = await this.ask(key, ({ sdk, client, at, options }) =>
      client
        .send(new sdk.HeadObjectCommand(at), options)
        .then(
          ({ ContentLength, Metadata }) => ({ size: ContentLength ?? 0, sha256: Metadata?.sha256 }),
          unless(isMissing, undefined),
        ),
    )
    // This question alone does not tell a bucket that is missing from an object that is.
    if (found === undefined && !this.#seen) await this.read(key)
    this.#seen = true
    return found
  }

  /** @returns undefined when there is no such object */
  async read(key: string): Promise<(Found & { readonly bytes: Uint8Array }) | undefined> {
    const found = await this.ask(key, async ({ sdk, client, at, options }) => {
      const answer = await client.send(new sdk.GetObjectCommand(at), options).catch(unless(isMissing, undefined))
      if (answer === undefined) return undefined
      const { ContentLength: announced, Metadata } = answer
      const body = answer.Body as (NodeJS.ReadableStream & AsyncIterable<Uint8Array>) | undefined
      body?.on('error', () => {})
      const maxBytes = announced ?? Number.MAX_SAFE_INTEGER
      const bytes = await readBody(body ?? noBytes(), { where: this.where(key), maxBytes, announced })
      return { bytes, size: bytes.length, sha256: Metadata?.sha256 }
    })
    this.#seen = true
    return found
  }

  /** @throws RoundkeeperError for whatever `send` does not take for an answer */
  async ask<T>(key: string, send: (connection: Connection) => Promise<T>, attempts?: number): Promise<T> {
    const { clock, bucket: Bucket, prefix } = this.#options
    const { signal } = this.#closing
    const at = { Bucket, Key: prefix + key }
    return patiently(
      async () => {
        let credentials: S3Credentials | undefined
        try {
          const { sdk, client } = await this.#connect()
          credentials = await client.config.credentials()
          for (const secret of Object.values(credentials)) if (typeof secret === 'string') hide(secret)
          return await send({ sdk, client, at, options: { abortSignal: signal } })
        } catch (error) {
          if (isError(error)) throw error
          if (signal.aborted) throw new RoundkeeperError('aborted', 'the object store was closed')
          throw failureOf(error as SdkError, { where: this.where(key), bucket: Bucket, credentials })
        }
      },
      { clock, signal, attempts: attempts ?? this.#options.attempts ?? ATTEMPTS },
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    const connected = await this.#connected?.catch(() => undefined)
    connected?.client.destroy()
  }

  async #connect(): Promise<Omit<Connection, 'at' | 'options'>> {
    this.#connected ??= this.#open()
    return this.#connected.catch((error: unknown) => {
      this.#connected = undefined
      throw error
    })
  }

  async #open(): Promise<Omit<Connection, 'at' | 'options'>> {
    const { credentials, idleTimeoutMs } = this.#options
    const given = credentials?.()
    const sdk = await loadSdk()
    const timeouts = { idleMs: idleTimeoutMs ?? IDLE_TIMEOUT_MS, requestMs: REQUEST_TIMEOUT_MS }
    return {
      sdk,
      client: new sdk.S3Client({ ...configOf(this.#options, timeouts), ...(given && { credentials: given }) }),
    }
  }
}

/** What is said of an object when it is made. It never changes, so that whoever has it may keep it. */
export const describe = ({ sha256 }: Body, contentType: string) => ({
  ContentType: contentType,
  CacheControl: 'public, max-age=31536000, immutable',
  Metadata: { sha256 },
})

/** Takes some failures for an answer. */
export const unless =
  <T>(test: (error: SdkError) => boolean, answer: T) =>
  (error: unknown): T => {
    if (test(error as SdkError)) return answer
    throw error
  }

async function* noBytes(): AsyncGenerator<Uint8Array> {}
