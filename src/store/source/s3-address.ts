import { RoundkeeperError } from '../../errors.ts'

/** `s3://bucket/prefix?endpoint=https://…&region=…` */
export interface S3Address {
  readonly bucket: string
  /** Empty, or ending with a slash. */
  readonly prefix: string
  /** Of a server that is not Amazon's: R2, MinIO … */
  readonly endpoint?: string
  readonly region?: string
}

export const isBucketName = (name: string): boolean => /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)
export const isEndpoint = (url: string): boolean => /^https?:\/\/[^/@?#]+\/?$/.test(url) && URL.canParse(url)

/** @throws `usage` */
export function parseS3Address(text: string): S3Address {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const bucket = url?.hostname ?? ''
  const problem =
    url?.protocol !== 's3:' || url.username !== '' || url.port !== '' || url.hash !== ''
      ? 'it is not of the form s3://bucket/prefix'
      : isBucketName(bucket)
        ? unknownOption(url.searchParams)
        : `"${bucket}" is no name of a bucket`
  if (url === undefined || problem !== undefined) {
    throw new RoundkeeperError('usage', `not the address of an object store: ${problem}`, {
      where: text.replace(/\/\/[^/@]*@/, '//'),
      hint: 'Write s3://bucket/prefix, and for servers other than Amazon’s ?endpoint=https://host&region=name after it.',
    })
  }
  const prefix = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, '')
  const [endpoint, region] = [url.searchParams.get('endpoint'), url.searchParams.get('region')]
  return {
    bucket,
    prefix: prefix === '' ? '' : `${prefix}/`,
    ...(endpoint === null ? {} : { endpoint }),
    ...(region === null ? {} : { region }),
  }
}

/** As `parseS3Address` reads it. */
export function formatS3Address({ bucket, prefix, endpoint, region }: S3Address): string {
  const options = new URLSearchParams({ ...(endpoint && { endpoint }), ...(region && { region }) })
  return (
    `s3://${bucket}/${prefix}`.replace(/\/$/, '') + (options.size > 0 ? `?${decodeURIComponent(`${options}`)}` : '')
  )
}

function unknownOption(options: URLSearchParams): string | undefined {
  for (const name of options.keys()) if (name !== 'endpoint' && name !== 'region') return `what is "${name}"?`
  const endpoint = options.get('endpoint')
  if (endpoint === null || isEndpoint(endpoint)) return undefined
  return 'the endpoint has to be https://host'
}
