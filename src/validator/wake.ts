/** When to look again: when something can have changed, but never so late that a new record or registration goes unseen. */

/** The longest sleep: the competition may move on at any time. */
export const MAX_SLEEP_MS = 10 * 60_000
/** At most so much later than planned, so that not all validators ask the same node in the same second. */
export const MAX_JITTER_MS = 30_000
const FIRST_BACKOFF_MS = 15_000
const MAX_BACKOFF_MS = 15 * 60_000

/**
 * @param blocks until something can have changed; undefined where that cannot be known
 * @param random from 0 up to 1
 */
export function sleepMs(blocks: number | undefined, blockMs: number, random: number): number {
  const wait = Math.min(MAX_SLEEP_MS, Math.max(1, blocks ?? Number.POSITIVE_INFINITY) * blockMs)
  return wait + random * Math.min(MAX_JITTER_MS, wait)
}

/** After so many failures in a row: doubled each time, a quarter more or less by chance. */
export function backoffMs(failures: number, random: number): number {
  const wait = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (Math.max(1, failures) - 1))
  return wait * (0.75 + random / 2)
}
