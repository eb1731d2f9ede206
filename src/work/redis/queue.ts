/** What ticks and workers agree on. Redis holds names of pieces of work, and nothing that anybody believes. */
import type { RedisOptions } from 'bullmq'
import { nameOf } from './address.ts'

/** Of keys in Redis come before it: `PREFIX:work:…`. */
export const QUEUE = 'work'
export const DEFAULT_PREFIX = 'roundkeeper'

export interface QueueAddress {
  /** `redis://`, `rediss://` or `unix://`; may hold a password, and is never shown. */
  readonly url: string
  /** Tells competitions that share a Redis apart. */
  readonly prefix: string
}

/** How a piece of work is tried and forgotten: asked for again, it is a new one. */
export const JOB_OPTIONS = {
  attempts: 3,
  backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
  removeOnComplete: true,
  removeOnFail: true,
} as const

const MAX_RETRY_MS = 2_000

/**
 * @param patient whether commands wait for a connection that is lost, as workers do; or fail at once, for whoever has
 * something better to do
 * @param over when nobody needs it any more
 * @throws `usage` for no address
 */
export function connectionTo({ url }: QueueAddress, patient: boolean, over: AbortSignal): RedisOptions {
  nameOf(url)
  return {
    ...placeOf(url),
    maxRetriesPerRequest: patient ? null : 1,
    enableOfflineQueue: patient,
    // One that is not there any more is tried for until then, and holds up no end.
    retryStrategy: (times) => (over.aborted ? null : Math.min(100 * times, MAX_RETRY_MS)),
  }
}

/** ioredis takes the user and password of a socket for a part of its path. */
function placeOf(url: string): RedisOptions {
  const { protocol, pathname, username, password } = new URL(url)
  if (protocol !== 'unix:') return { url }
  const decoded = { username: decodeURIComponent(username), password: decodeURIComponent(password) }
  return {
    path: decodeURIComponent(pathname),
    ...(username && { username: decoded.username }),
    ...(password && { password: decoded.password }),
  }
}
