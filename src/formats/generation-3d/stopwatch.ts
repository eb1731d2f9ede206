import type { Clock } from '../../engine/clock.ts'

/** Sums up how long pieces of work took. Pieces that run side by side share their time; a leap of the clock is cut. */
export class Stopwatch {
  #ms = 0
  #running = 0
  readonly #clock: Clock
  readonly #mostMs: number

  /** @param mostMs what one piece can take at most */
  constructor(clock: Clock, mostMs: number) {
    this.#clock = clock
    this.#mostMs = mostMs
  }

  get ms(): number {
    return this.#ms
  }

  async time<T>(work: () => Promise<T>): Promise<T> {
    const began = this.#clock.now().getTime()
    const share = ++this.#running
    try {
      return await work()
    } finally {
      this.#running -= 1
      const took = this.#clock.now().getTime() - began
      this.#ms += Math.min(Math.max(0, took), this.#mostMs) / share
    }
  }
}
