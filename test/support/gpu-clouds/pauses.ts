import type { Clock } from '../../../src/engine/clock.ts'
import { VirtualClock } from '../../../src/engine/virtual-clock.ts'

/** Limits of calls, which are no multiples of any pause: a real socket has all the time that it needs. */
export const LIMITS = { healthMs: 31_000, generateMs: 361_000 }
const DEADLINES = [60_000, LIMITS.healthMs, LIMITS.generateMs]

/** Pauses are over at once, and the time with them; deadlines of calls only come when they are told to. */
export class Pauses implements Clock {
  readonly #moving: VirtualClock
  readonly #standing = new VirtualClock(new Date(0))

  constructor(start = new Date('2026-06-01T12:00:00Z')) {
    this.#moving = new VirtualClock(start, { autoAdvance: true })
  }

  now(): Date {
    return this.#moving.now()
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return (DEADLINES.includes(ms) ? this.#standing : this.#moving).sleep(ms, signal)
  }

  random(): number {
    return 0
  }

  advance(ms: number): void {
    this.#moving.advance(ms)
  }

  /** Every call that is under way has taken too long. */
  expire(): void {
    this.#standing.advance(3_600_000)
  }
}
