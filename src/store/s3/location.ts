import type { S3Address } from '../source/s3-address.ts'

/** A place in a bucket, and how its server is spoken to. */
export interface S3Location extends S3Address {
  /** `https://host/bucket/key` instead of `https://bucket.host/key`; by default wherever there is an endpoint. */
  readonly pathStyle?: boolean
}

export const isPathStyle = ({ pathStyle, endpoint }: S3Location): boolean => pathStyle ?? endpoint !== undefined

/** For people. */
export const idOf = ({ bucket, prefix, endpoint }: S3Location): string =>
  `${`s3://${bucket}/${prefix}`.replace(/\/$/, '')}${endpoint === undefined ? '' : ` at ${endpoint}`}`

export function regionOf({ region, endpoint }: S3Location, env: NodeJS.ProcessEnv = process.env): string {
  if (region !== undefined) return region
  // R2 has only this one.
  if (endpoint !== undefined && /\.r2\.cloudflarestorage\.com\/?$/.test(endpoint)) return 'auto'
  return env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1'
}

/** Where the objects are for anybody, without a slash at the end: the bucket itself, unless it is served elsewhere. */
export function publicBase(location: S3Location, baseUrl?: string): string {
  if (baseUrl !== undefined) return baseUrl.replace(/\/+$/, '')
  const { bucket, prefix, endpoint } = location
  // No certificate of Amazon's holds for a name with more dots.
  const inPath = endpoint === undefined ? (location.pathStyle ?? bucket.includes('.')) : isPathStyle(location)
  const host = new URL(endpoint ?? `https://s3.${regionOf(location)}.amazonaws.com`)
  const base = inPath ? `${host.origin}/${bucket}` : `${host.protocol}//${bucket}.${host.host}`
  return `${base}/${prefix}`.replace(/\/+$/, '')
}
