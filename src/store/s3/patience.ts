import type { Clock } from '../../engine/clock.ts'
import { isError } from '../../errors.ts'

export interface Patience {
  readonly clock: Clock
  readonly attempts: number
  readonly signal: AbortSignal
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 20_000

/**
 * Asks again, after ever longer pauses, as long as the answer is `unavailable`. Pauses vary, so that many who were told to
 * slow down do not all come back at once. @throws the last failure
 */
export async function patiently<T>(ask: () => Promise<T>, { clock, attempts, signal }: Patience): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (!isError(error, 'unavailable') || attempt >= attempts) throw error
    }
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1))
    await clock.sleep(pause * (0.5 + clock.random() / 2), signal)
  }
}
