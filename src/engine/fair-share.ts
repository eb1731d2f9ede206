import pLimit, { type LimitFunction } from 'p-limit'

export interface Shares {
  /** Pieces at once, over all. */
  readonly total: number
  readonly perHost: number
  readonly perMiner: number
  /** After so long a piece counts for its host and its miner only: those who are slow wait for themselves. */
  readonly patienceMs: number
}

export const SHARES: Shares = { total: 64, perHost: 16, perMiner: 4, patienceMs: 15_000 }

/**
 * Lets many wait for hosts at the same time without letting any of them hold up the others: places are given in the
 * order in which they were asked for, of which each miner and each host has a few at a time.
 */
export class FairShare {
  readonly #shares: Shares
  readonly #total: LimitFunction
  readonly #miners = new Map<string, LimitFunction>()
  readonly #hosts = new Map<string, LimitFunction>()

  constructor(shares: Partial<Shares> = {}) {
    this.#shares = { ...SHARES, ...shares }
    this.#total = pLimit(this.#shares.total)
  }

  /** @throws whatever `work` throws */
  run<T>(miner: string, host: string, work: () => Promise<T>): Promise<T> {
    const { perMiner, perHost } = this.#shares
    return within(this.#miners, miner, perMiner, () => within(this.#hosts, host, perHost, () => this.#placed(work)))
  }

  /** Holds its host's and its miner's place until it is done, and one of all places no longer than patience lasts. */
  #placed<T>(work: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    void this.#total(async () => {
      const running = (async () => work())()
      running.then(resolve, reject)
      await atMost(this.#shares.patienceMs, running)
    })
    return promise
  }
}

/** Real time, as that of sockets is. */
async function atMost(ms: number, running: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([promise, running.catch(() => undefined)])
  clearTimeout(timer)
}

async function within<T>(
  limits: Map<string, LimitFunction>,
  key: string,
  most: number,
  work: () => Promise<T>,
): Promise<T> {
  const limit = limits.get(key) ?? pLimit(most)
  limits.set(key, limit)
  try {
    return await limit(work)
  } finally {
    if (limit.activeCount + limit.pendingCount === 0) limits.delete(key)
  }
}
