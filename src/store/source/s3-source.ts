import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3'
import { RoundkeeperError } from '../../errors.ts'
import { checkKey } from '../key.ts'
import type { ObjectSource, ReadLimits } from './object-source.ts'
import { readBody, stopped } from './read-body.ts'
import { parseS3Address, type S3Address } from './s3-address.ts'

export interface S3SourceOptions {
  /** Instead of those that the AWS tools use: environment, profile, role. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | 'anonymous'
  /** Without a sign of life. */
  readonly idleTimeoutMs?: number
}

const IDLE_TIMEOUT_MS = 30_000
const CONNECT_TIMEOUT_MS = 10_000
const CONNECTIONS = 16

/** Objects of a bucket, on any server that speaks S3. Without credentials it asks as anybody may. */
export class S3Source implements ObjectSource {
  readonly id: string
  readonly #where: string
  readonly #client: S3Client
  readonly #address: S3Address
  readonly #get: (key: string, signal: AbortSignal) => Promise<Answer>

  private constructor(sdk: typeof import('@aws-sdk/client-s3'), client: S3Client, address: S3Address) {
    const { bucket: Bucket, prefix, endpoint } = address
    this.#where = `s3://${Bucket}/${prefix}`
    this.id = `${this.#where.replace(/\/$/, '')}${endpoint === undefined ? '' : ` at ${endpoint}`}`
    this.#client = client
    this.#address = address
    this.#get = (key, abortSignal) =>
      client.send(new sdk.GetObjectCommand({ Bucket, Key: prefix + key }), { abortSignal }) as Promise<Answer>
  }

  /** @throws `usage` */
  static async open(address: string, options: S3SourceOptions = {}): Promise<S3Source> {
    const parsed = parseS3Address(address)
    const sdk = await import('@aws-sdk/client-s3')
    const config = configOf(parsed, options.idleTimeoutMs ?? IDLE_TIMEOUT_MS)
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
      return this.#explain(error as SdkError, where)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy()
  }

  /** @returns undefined when the answer is that there is no such object */
  #explain(error: SdkError, where: string): undefined {
    const status = error.$metadata?.httpStatusCode
    const said = `${error.name}: ${error.message}`
    if (error.name === 'NoSuchBucket') {
      throw new RoundkeeperError('not-found', `there is no bucket ${this.#address.bucket}`, {
        where,
        hint: 'Check the name of the bucket, its region and its endpoint.',
        cause: error,
      })
    }
    if (error.name === 'NoSuchKey' || status === 404) return undefined
    if (status === 401 || status === 403) {
      throw new RoundkeeperError('unauthorised', `the object store refuses us (${said})`, {
        where,
        hint: 'Give AWS credentials in the usual places; some buckets also answer so for objects they do not have.',
        cause: error,
      })
    }
    const transient = status === undefined || status === 200 || status >= 500 || status === 429 || status === 408
    throw new RoundkeeperError(transient ? 'unavailable' : 'refused', `the object store does not answer (${said})`, {
      where,
      hint: 'Check its name, region and endpoint, and the network.',
      cause: error,
    })
  }
}

interface Answer {
  readonly Body?: NodeJS.ReadableStream & AsyncIterable<Uint8Array> & { destroy(): void }
  readonly ContentLength?: number
}
type SdkError = Error & { readonly $metadata?: { readonly httpStatusCode?: number } }

function configOf({ endpoint, region }: S3Address, idleTimeoutMs: number): S3ClientConfig {
  const fallback = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1'
  return {
    region: region ?? fallback,
    ...(endpoint === undefined ? { followRegionRedirects: true } : { endpoint, forcePathStyle: true }),
    // Pauses and limits are those of every other store; what the bytes hash to is checked by whoever asked.
    maxAttempts: 1,
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: idleTimeoutMs,
      requestTimeout: idleTimeoutMs,
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: CONNECTIONS },
      httpsAgent: { maxSockets: CONNECTIONS },
    },
  }
}

async function clientOf(
  { S3Client }: typeof import('@aws-sdk/client-s3'),
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
