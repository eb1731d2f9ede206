import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3'
import { RoundkeeperError } from '../../errors.ts'
import { checkKey } from '../key.ts'
import { configOf, IDLE_TIMEOUT_MS, loadSdk, type Sdk } from '../s3/client.ts'
import type { S3Credentials } from '../s3/credentials.ts'
import { failureOf, isMissing, type SdkError } from '../s3/failure.ts'
import { idOf } from '../s3/location.ts'
import type { ObjectSource, ReadLimits } from './object-source.ts'
import { readBody, stopped } from './read-body.ts'
import { parseS3Address, type S3Address } from './s3-address.ts'

export interface S3SourceOptions {
  /** Instead of those that the AWS tools use: environment, profile, role. */
  readonly credentials?: S3Credentials | 'anonymous'
  readonly pathStyle?: boolean
  /** Without a sign of life. */
  readonly idleTimeoutMs?: number
}

/** Objects of a bucket, on any server that speaks S3. Without credentials it asks as anybody may. */
export class S3Source implements ObjectSource {
  readonly id: string
  readonly #where: string
  readonly #client: S3Client
  readonly #address: S3Address
  readonly #get: (key: string, signal: AbortSignal) => Promise<Answer>

  private constructor(sdk: Sdk, client: S3Client, address: S3Address) {
    const { bucket: Bucket, prefix } = address
    this.#where = `s3://${Bucket}/${prefix}`
    this.id = idOf(address)
    this.#client = client
    this.#address = address
    this.#get = (key, abortSignal) =>
      client.send(new sdk.GetObjectCommand({ Bucket, Key: prefix + key }), { abortSignal }) as Promise<Answer>
  }

  /** @throws `usage` */
  static async open(address: string, options: S3SourceOptions = {}): Promise<S3Source> {
    const parsed = parseS3Address(address)
    const sdk = await loadSdk()
    const idleMs = options.idleTimeoutMs ?? IDLE_TIMEOUT_MS
    const location = { ...parsed, ...(options.pathStyle === undefined ? {} : { pathStyle: options.pathStyle }) }
    const config = configOf(location, { idleMs, requestMs: idleMs })
    return new S3Source(sdk, await clientOf(sdk, config, options.credentials), parsed)
  }

  async get(key: string, { maxBytes, signal }: ReadLimits): Promise<Uint8Array | undefined> {
    const where = this.#where + checkKey(key)
    if (signal.aborted) throw stopped(signal)
    try {
      const { Body, ContentLength } = await this.#get(key, signal)
      if (Body === undefined) return new Uint8Array()
      Body.on('error', () => {})
      try {
        return await readBody(Body, { where, maxBytes, announced: ContentLength })
      } finally {
        Body.destroy()
      }
    } catch (error) {
      if (error instanceof RoundkeeperError) throw error
      if (signal.aborted) throw stopped(signal)
      if (isMissing(error as SdkError)) return undefined
      const credentials = await this.#client.config.credentials().catch(() => undefined)
      throw failureOf(error as SdkError, { where, bucket: this.#address.bucket, credentials })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy()
  }
}

interface Answer {
  readonly Body?: NodeJS.ReadableStream & AsyncIterable<Uint8Array> & { destroy(): void }
  readonly ContentLength?: number
}

async function clientOf(
  { S3Client }: Sdk,
  config: S3ClientConfig,
  credentials: S3SourceOptions['credentials'],
): Promise<S3Client> {
  if (credentials !== 'anonymous') {
    const client = new S3Client({ ...config, ...(credentials ? { credentials } : {}) })
    const found = await client.config.credentials().catch((error: unknown) => {
      if ((error as Error).name === 'CredentialsProviderError') return undefined
      throw error
    })
    if (found !== undefined) return client
    client.destroy()
  }
  const unsigned = { sign: async <T>(request: T) => request }
  return new S3Client({ ...config, signer: unsigned, credentials: { accessKeyId: '', secretAccessKey: '' } })
}
