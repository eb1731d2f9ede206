import type { Clock } from '../../engine/clock.ts'

/** Sums up how long any piece of work was under way. Pieces that run side by side share their time; a leap of the clock is cut. */
export class Stopwatch {
  #ms = 0
  #running = 0
  #seen = 0
  readonly #clock: Clock
  readonly #mostMs: number

  /** @param mostMs what one piece can take at most */
  constructor(clock: Clock, mostMs: number) {
    this.#clock = clock
    this.#mostMs = mostMs
  }

  get ms(): number {
    this.#look()
    return this.#ms
  }

  async time<T>(work: () => Promise<T>): Promise<T> {
    this.#look()
    this.#running += 1
    try {
      return await work()
    } finally {
      this.#look()
      this.#running -= 1
    }
  }

  /** What passed since somebody looked last counts while anything runs. */
  #look(): void {
    const now = this.#clock.now().getTime()
    if (this.#running > 0) this.#ms += Math.min(Math.max(0, now - this.#seen), this.#mostMs)
    this.#seen = now
  }
}
