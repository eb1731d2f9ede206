import { type Failure, sourceFault } from './download-fault.ts'

/**
 * The clocks of one transfer. They run only while we wait for the other side: the time that our own disk takes is not
 * the host's. When one of them runs out, `signal` is aborted and `late` says which.
 */
export class TransferWatch {
  readonly signal: AbortSignal
  late: Failure | undefined
  readonly #own = new AbortController()
  readonly #totalMs: number
  #waitedMs = 0

  constructor(outer: AbortSignal, totalMs: number) {
    this.#totalMs = totalMs
    this.signal = AbortSignal.any([outer, this.#own.signal])
  }

  /** @param what for people: `no headers`, told with the limit @throws what `work` throws; the reason of an abort */
  async wait<T>(what: string, ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const left = this.#totalMs - this.#waitedMs
    const began = performance.now()
    const timer = setTimeout(
      () => this.#stop(ms < left ? `${what} within ${ms} ms` : `not finished within ${this.#totalMs} ms`),
      Math.max(0, Math.min(ms, left)),
    )
    try {
      this.signal.throwIfAborted()
      return await work(this.signal)
    } finally {
      clearTimeout(timer)
      this.#waitedMs += performance.now() - began
    }
  }

  #stop(detail: string): void {
    this.late ??= sourceFault('timeout', detail, true)
    this.#own.abort()
  }
}

/** For work that cannot be called off, but that nobody has to wait for. */
export function unlessStopped<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (stop.aborted) reject(stop.reason)
    const onAbort = () => reject(stop.reason)
    stop.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => stop.removeEventListener('abort', onAbort))
  })
}
