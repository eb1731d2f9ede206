import { setTimeout as wait } from 'node:timers/promises'
import { RoundkeeperError } from '../errors.ts'
import type { Clock } from './clock.ts'

/** Node's timers hold no more; longer sleeps are slept in pieces. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** The time and chance of the machine we run on. */
export class SystemClock implements Clock {
  now(): Date {
    return new Date()
  }

  /** @throws `aborted` */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    try {
      for (let left = ms; left > 0; left -= MAX_TIMER_MS) {
        await wait(Math.min(left, MAX_TIMER_MS), undefined, { signal })
      }
      signal.throwIfAborted()
    } catch (cause) {
      throw new RoundkeeperError('aborted', 'stopped while waiting', { cause })
    }
  }

  random(): number {
    return Math.random()
  }
}
