import { AsyncLocalStorage } from 'node:async_hooks'

interface Holder {
  /** How many waits it has lent its place for. */
  lent: number
}

/** A bound on work that heeds what the work does: whoever only waits for others leaves the place to somebody else. */
export class Slots {
  #free: number
  readonly #queue: (() => void)[] = []
  readonly #holder = new AsyncLocalStorage<Holder>()

  constructor(count: number) {
    this.#free = count
  }

  /** Begins when there is a place. @throws whatever `work` throws */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    await this.#take()
    try {
      return await this.#holder.run({ lent: 0 }, work)
    } finally {
      this.#give()
    }
  }

  /** Inside of `hold`: others have the place until the waiting is over. @throws whatever `wait` throws */
  async lend<T>(wait: () => Promise<T>): Promise<T> {
    const holder = this.#holder.getStore()
    if (holder === undefined) return wait()
    holder.lent += 1
    if (holder.lent === 1) this.#give()
    try {
      return await wait()
    } finally {
      holder.lent -= 1
      if (holder.lent === 0) await this.#take()
    }
  }

  #take(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1
      return Promise.resolve()
    }
    return new Promise((resolve) => this.#queue.push(resolve))
  }

  #give(): void {
    const next = this.#queue.shift()
    if (next === undefined) this.#free += 1
    else next()
  }
}
