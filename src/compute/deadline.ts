import type { Clock } from '../engine/clock.ts'

/**
 * Runs work that heeds its signal, for `ms` at most.
 * @returns undefined when the time was up
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const late = new AbortController()
  const done = new AbortController()
  const timer = clock.sleep(ms, AbortSignal.any([signal, done.signal])).then(
    () => late.abort(),
    () => undefined,
  )
  try {
    return await work(AbortSignal.any([signal, late.signal]))
  } catch (error) {
    if (late.signal.aborted && !signal.aborted) return undefined
    throw error
  } finally {
    done.abort()
    await timer
  }
}
