/** How the SDK is set up: signing and addresses are its business; pauses, attempts and limits are ours. */
import type { S3ClientConfig } from '@aws-sdk/client-s3'
import { isPathStyle, regionOf, type S3Location } from './location.ts'

export type Sdk = typeof import('@aws-sdk/client-s3')

export interface S3Timeouts {
  /** Without a sign of life. */
  readonly idleMs: number
  /** From the first byte of a request to the first of its answer, however fast it is sent. */
  readonly requestMs: number
}

export const IDLE_TIMEOUT_MS = 30_000
const CONNECT_TIMEOUT_MS = 10_000
const CONNECTIONS = 16

/** Takes a third of a second: only for whoever talks to a bucket. */
export const loadSdk = (): Promise<Sdk> => import('@aws-sdk/client-s3')

export function configOf(location: S3Location, { idleMs, requestMs }: S3Timeouts): S3ClientConfig {
  const { endpoint } = location
  return {
    region: regionOf(location),
    forcePathStyle: isPathStyle(location),
    ...(endpoint === undefined ? { followRegionRedirects: true } : { endpoint }),
    maxAttempts: 1,
    // SHA-256 is sent and compared by ourselves: other services than Amazon's do not know the SDK's own checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: idleMs,
      requestTimeout: requestMs,
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: CONNECTIONS },
      httpsAgent: { maxSockets: CONNECTIONS },
    },
  }
}
