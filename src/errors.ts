import { masked } from './mask.ts'

/**
 * The closed set of failures that a caller may have to tell apart.
 * Every error says what happened, where, and what to do about it.
 */
export type ErrorCode =
  | 'usage' // the caller asked for something that makes no sense
  | 'state-file' // a file of the competition repository is missing or malformed
  | 'conflict' // the branch moved under us: nothing was written
  | 'not-found' // a repository, object or block that is not there
  | 'unauthorised' // credentials missing or refused
  | 'refused' // bytes, addresses or edits that our limits and rules do not let in
  | 'unavailable' // something outside did not answer: try again later
  | 'aborted' // we were told to stop
  | 'internal' // a bug of ours

export interface ErrorDetails {
  /** Where it happened: a path, a URL, a field. */
  readonly where?: string
  /** What the reader can do about it, as a sentence. */
  readonly hint?: string
  /** True when the same call may succeed later without anybody changing anything. */
  readonly retryable?: boolean
  readonly cause?: unknown
}

export class RoundkeeperError extends Error {
  override readonly name = 'RoundkeeperError'
  readonly code: ErrorCode
  readonly where: string | undefined
  readonly hint: string | undefined
  readonly retryable: boolean

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(masked(message), details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.where = details.where && masked(details.where)
    this.hint = details.hint && masked(details.hint)
    this.retryable = details.retryable ?? (code === 'conflict' || code === 'unavailable')
  }
}

/** Narrowing helper: is this one of ours, and (optionally) with this code? */
export function isError(error: unknown, code?: ErrorCode): error is RoundkeeperError {
  return error instanceof RoundkeeperError && (code === undefined || error.code === code)
}
