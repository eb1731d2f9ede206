/** What went wrong with a remote, in our codes. Messages never hold credentials. */
import git from 'isomorphic-git'
import { isError, RoundkeeperError } from '../errors.ts'

const { HttpError, SmartHttpError, NotFoundError, GitPushError } = git.Errors
const MAX_SERVER_TEXT = 500

/** Any failure of a request, `id` being the URL for people. */
export function remoteError(error: unknown, id: string): RoundkeeperError {
  if (isError(error)) return error
  if (error instanceof HttpError) return statusError(error.data.statusCode, id, error)
  if (error instanceof NotFoundError) {
    return new RoundkeeperError('not-found', 'the branch is not there', {
      where: id,
      hint: 'Check the name of the branch.',
      cause: error,
    })
  }
  if (error instanceof SmartHttpError) {
    return new RoundkeeperError('not-found', 'this is not a git repository', {
      where: id,
      hint: 'Give the URL that git clone takes, over http or https.',
      cause: error,
    })
  }
  return new RoundkeeperError('unavailable', `the remote did not answer properly: ${reasonOf(error)}`, {
    where: id,
    hint: 'Check the address and the network, and try again.',
    cause: error,
  })
}

export function statusError(status: number, id: string, cause: unknown): RoundkeeperError {
  if (status === 401 || status === 403) {
    return new RoundkeeperError('unauthorised', `the remote answered ${status}`, {
      where: id,
      hint: 'Give a user name and token with the right to read the repository, and to push if you commit.',
      cause,
    })
  }
  if (status === 404 || status === 410) {
    return new RoundkeeperError('not-found', 'there is no such repository, or it is private', {
      where: id,
      hint: 'Check the URL; a private repository needs a user name and token.',
      cause,
    })
  }
  return new RoundkeeperError('unavailable', `the remote answered ${status}`, {
    where: id,
    hint: 'Try again later.',
    cause,
  })
}

/** Why a server did not take a push, or undefined when `error` says nothing about that. */
export function pushRefusal(error: unknown): { readonly kind: 'race' | 'declined'; readonly text: string } | undefined {
  if (error instanceof git.Errors.PushRejectedError) return { kind: 'race', text: error.message }
  if (!(error instanceof GitPushError)) return undefined
  const text = error.data.prettyDetails.trim().slice(0, MAX_SERVER_TEXT)
  return { kind: isRace(text) ? 'race' : 'declined', text }
}

/** By the words of a server that does not take a push: somebody else was faster. */
export function isRace(text: string): boolean {
  const race =
    /failed to (update|lock) ref|cannot lock ref|fetch first|non-fast-forward|stale info|incorrect old value/i
  return race.test(text) && !/declined|denied/i.test(text)
}

export const declined = (id: string, text: string, cause?: unknown) =>
  new RoundkeeperError('refused', `the remote declined the push: ${text}`, {
    where: id,
    hint: 'Look at the hooks and branch protection of the remote.',
    cause,
  })

export const conflict = (id: string, cause?: unknown) =>
  new RoundkeeperError('conflict', 'the remote branch moved', {
    where: id,
    hint: 'Read the branch again and decide anew.',
    cause,
  })

/** undici says `fetch failed` and keeps the reason in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (!(cause instanceof Error)) return error.message
  return cause.message || ('code' in cause ? String(cause.code) : error.message)
}
