/** What GitHub's refusals mean, and what to do about each. Messages never hold credentials. */
import { RoundkeeperError } from '../../errors.ts'

type Headers = Readonly<Record<string, string | number | undefined>>

/** By its documentation, after a secondary limit that names no time. */
const SECONDARY_PAUSE_MS = 60_000
const MAX_TEXT = 500

/** How long GitHub wants to be left alone; undefined where that is not what it says. */
export function limitMs(status: number, headers: Headers, message: string, now: Date): number | undefined {
  if (status !== 403 && status !== 429) return undefined
  const advised = headers['retry-after']?.toString().trim() ?? ''
  if (/^\d{1,9}$/.test(advised)) return Number(advised) * 1_000
  const at = Date.parse(advised)
  if (!Number.isNaN(at)) return Math.max(0, at - now.getTime())
  if (headers['x-ratelimit-remaining']?.toString() === '0') return untilResetMs(headers, now)
  return status === 429 || /rate limit/i.test(message) ? SECONDARY_PAUSE_MS : undefined
}

/** Whole seconds; one more, so that the limit has really begun anew. */
function untilResetMs(headers: Headers, now: Date): number {
  const ms = Number(headers['x-ratelimit-reset']) * 1_000 - now.getTime()
  return Number.isNaN(ms) ? SECONDARY_PAUSE_MS : Math.max(0, ms) + 1_000
}

export interface GraphqlError {
  readonly type?: string
  readonly message?: string
}

/** What a mutation’s errors mean, which come with status 200. */
export function mutationError(errors: readonly GraphqlError[], where: string): RoundkeeperError {
  const text = errors.map(({ type = '', message = '' }) => `${message} (${type})`).join('; ')
  const isOf = (type: string) => errors.some((error) => error.type === type)
  if (isOf('STALE_DATA') || /expected branch to point to/i.test(text)) return conflictError(where)
  if (isOf('NOT_FOUND')) return missingError(where)
  if (isOf('FORBIDDEN') || isOf('INSUFFICIENT_SCOPES')) return forbiddenError(where, text)
  return refusedError(where, text)
}

/** What a status means that is neither a limit nor trouble of GitHub's own. */
export type Refusal = (status: number, where: string, message: string) => RoundkeeperError

/** Of a competition's repository. */
export const repositoryRefusal: Refusal = (status, where, message) => {
  if (status === 401) return deniedError(where)
  if (status === 403) return forbiddenError(where, message)
  if (status === 404 || status === 409) return missingError(where)
  return refusedError(where, `HTTP ${status}: ${message}`)
}

export const conflictError = (where: string) =>
  new RoundkeeperError('conflict', 'the branch moved', { where, hint: 'Read the branch again and decide anew.' })

export const missingError = (where: string) =>
  new RoundkeeperError('not-found', 'GitHub has no such repository, branch or object, or does not show it', {
    where,
    hint: 'Check `repo` (github:OWNER/NAME) and `branch` in roundkeeper.json; a token must be for that repository, with the permission Contents.',
  })

export const deniedError = (where: string) =>
  new RoundkeeperError('unauthorised', 'GitHub does not know these credentials', {
    where,
    hint: 'Set ROUNDKEEPER_GIT_TOKEN to a valid token, or ROUNDKEEPER_GITHUB_APP_ID and ROUNDKEEPER_GITHUB_APP_KEY to those of an installed App.',
  })

export const forbiddenError = (where: string, text: string) =>
  new RoundkeeperError('unauthorised', `GitHub does not allow it: ${text.slice(0, MAX_TEXT)}`, {
    where,
    hint: 'Give the token or the App the permission Contents (read and write) for this repository.',
  })

export const refusedError = (where: string, text: string) =>
  new RoundkeeperError('refused', `GitHub does not take it: ${text.slice(0, MAX_TEXT)}`, {
    where,
    hint: 'See to the rules and protection of the branch: whoever commits must be allowed to push to it directly.',
  })

export const unavailableError = (where: string, detail: string) =>
  new RoundkeeperError('unavailable', `GitHub is no help now: ${detail.slice(0, MAX_TEXT)}`, {
    where,
    hint: 'The next run looks at the branch again and goes on from there.',
  })
