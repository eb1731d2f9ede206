/** What an S3 server or the way to it said, in our words: typed, and without any secret. */
import { type ErrorCode, RoundkeeperError } from '../../errors.ts'
import type { S3Credentials } from './credentials.ts'

export interface SdkError extends Error {
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
}

export interface Asked {
  readonly where: string
  readonly bucket: string
  /** Whatever of them a server repeats is taken out. */
  readonly credentials?: Partial<S3Credentials> | undefined
}

const MAX_SAID = 300
const statusOf = (error: SdkError) => error.$metadata?.httpStatusCode

export const isMissing = (error: SdkError): boolean =>
  error.name === 'NoSuchKey' || (statusOf(error) === 404 && !['NoSuchBucket', 'NoSuchUpload'].includes(error.name))

/** The condition of a write did not hold: there is such an object. */
export const isOccupied = (error: SdkError): boolean => statusOf(error) === 412 || error.name === 'PreconditionFailed'

/** The service does not know what was asked of it. */
export const isUnknown = (error: SdkError): boolean => statusOf(error) === 501 || error.name === 'NotImplemented'

const REFUSING = ['AccessDenied', 'InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken', 'InvalidToken']
const CREDENTIALS = ['CredentialsProviderError', 'TokenProviderError']
/** Statuses below 500 that pass: too slow, somebody else at it, too many requests. */
const PASSING = [undefined, 200, 408, 409, 425, 429]
const PASSING_NAMES = ['RequestTimeout', 'SlowDown', 'RequestTimeTooSkewed', 'TimeoutError', 'BadDigest']

/** Not a cause: the SDK's errors carry the whole request, with its signature. */
export function failureOf(error: SdkError, { where, bucket, credentials }: Asked): RoundkeeperError {
  const status = statusOf(error)
  const said = clean(wordsOf(error), credentials)
  const failure = (code: ErrorCode, what: string, hint: string) => new RoundkeeperError(code, what, { where, hint })
  if (error.name === 'NoSuchBucket')
    return failure(
      'not-found',
      `there is no bucket ${bucket}`,
      'Check the name of the bucket, its region and its endpoint.',
    )
  if (CREDENTIALS.includes(error.name))
    return failure(
      'unauthorised',
      `there are no credentials for the object store (${said})`,
      'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with AWS_PROFILE.',
    )
  if (error.name === 'RequestTimeTooSkewed')
    return failure(
      'unavailable',
      `the object store has another time than we (${said})`,
      'Set the clock of this machine.',
    )
  if (REFUSING.includes(error.name) || status === 401 || status === 403)
    return failure(
      'unauthorised',
      `the object store refuses us (${said})`,
      'Check the credentials and what they may do; some buckets also answer so for objects they do not have.',
    )
  const passes = PASSING.includes(status) || (status ?? 0) >= 500 || PASSING_NAMES.includes(error.name)
  return failure(
    passes && !isUnknown(error) ? 'unavailable' : 'refused',
    `the object store does not answer as it should (${said})`,
    passes ? 'Check its region, its endpoint and the network, or try again later.' : 'Check its region and endpoint.',
  )
}

/** An answer to HEAD has no words, only a number. */
const wordsOf = (error: SdkError) =>
  /^Unknown/.test(error.name) && statusOf(error) !== undefined
    ? `HTTP ${statusOf(error)}`
    : `${error.name}: ${error.message || (error.code ?? 'no answer')}`

function clean(text: string, credentials: Asked['credentials'] = {}): string {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const secrets = [secretAccessKey, sessionToken, accessKeyId].filter((each) => each !== undefined && each !== '')
  return secrets.reduce<string>((rest, secret) => rest.replaceAll(secret as string, '***'), text).slice(0, MAX_SAID)
}
