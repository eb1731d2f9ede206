import { RoundkeeperError } from '../errors.ts'
import type { Clock } from './clock.ts'

interface Sleeper {
  readonly due: number
  wake(): void
}

export interface VirtualClockOptions {
  /** Of `random()`; equal seeds give equal sequences. */
  readonly seed?: number
  /** A sleep moves the time on by itself, as soon as nothing else is ready to run. */
  readonly autoAdvance?: boolean
}

/** A clock that stands still until it is told otherwise. Sleepers wake in the order of their due times. */
export class VirtualClock implements Clock {
  #now: number
  #state: number
  readonly #autoAdvance: boolean
  readonly #sleepers = new Set<Sleeper>()
  #isMoving = false

  constructor(start: Date, options: VirtualClockOptions = {}) {
    this.#now = start.getTime()
    this.#state = options.seed ?? 1
    this.#autoAdvance = options.autoAdvance ?? false
  }

  now(): Date {
    return new Date(this.#now)
  }

  /** Jumps there, also backwards (as real clocks do), and wakes whoever is due. */
  set(date: Date): void {
    this.#now = date.getTime()
    const due = [...this.#sleepers].filter((sleeper) => sleeper.due <= this.#now)
    for (const sleeper of due.sort((a, b) => a.due - b.due)) sleeper.wake()
  }

  advance(ms: number): void {
    this.set(new Date(this.#now + ms))
  }

  /** @throws `aborted` */
  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#sleepers.delete(sleeper)
        reject(new RoundkeeperError('aborted', 'stopped while waiting', { cause: signal.reason }))
      }
      const sleeper: Sleeper = {
        // Dates hold whole milliseconds: a fraction would never be reached.
        due: this.#now + Math.ceil(ms),
        wake: () => {
          this.#sleepers.delete(sleeper)
          signal.removeEventListener('abort', abort)
          resolve()
        },
      }
      if (signal.aborted) return abort()
      if (ms <= 0) return resolve()
      this.#sleepers.add(sleeper)
      signal.addEventListener('abort', abort, { once: true })
      if (this.#autoAdvance) this.#move()
    })
  }

  /** Mulberry32 (Tommy Ettinger, public domain). */
  random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** One step a turn of the event loop: whoever wakes and sleeps again must not keep sockets from being heard. */
  #move(): void {
    if (this.#isMoving) return
    this.#isMoving = true
    setImmediate(() => {
      this.#isMoving = false
      this.#wakeNext()
      if (this.#sleepers.size > 0) this.#move()
    })
  }

  #wakeNext(): void {
    const [first] = [...this.#sleepers].sort((a, b) => a.due - b.due)
    if (first !== undefined) this.set(new Date(Math.max(first.due, this.#now)))
  }
}
