/** A clock for somebody who wants to hear of a failure, not to wait for its end: the first pauses are nearly skipped. */
import type { Clock } from '../engine/clock.ts'

const SKIPPED = 6
const LONGEST_SKIPPED_MS = 60_000
const PAUSE_MS = 50

export class ImpatientClock implements Clock {
  readonly #clock: Clock
  #aheadMs = 0
  #left = SKIPPED

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): Date {
    return new Date(this.#clock.now().getTime() + this.#aheadMs)
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    const skips = ms <= LONGEST_SKIPPED_MS && ms > PAUSE_MS && this.#left > 0
    await this.#clock.sleep(skips ? PAUSE_MS : ms, signal)
    if (!skips) return
    this.#left -= 1
    this.#aheadMs += ms - PAUSE_MS
  }

  random(): number {
    return this.#clock.random()
  }
}
