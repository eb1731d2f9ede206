import pLimit from 'p-limit'
import { RoundkeeperError } from '../errors.ts'
import type { Settled, Task, Work, WorkPool } from './work-pool.ts'

/** How many pieces may be begun or wait for the consumer, for each one that may run. */
const AHEAD = 4

/** Runs pieces in this process. The bound holds for each `run`, so that a piece may itself run pieces. */
export class InProcessPool implements WorkPool {
  readonly #concurrency: number

  constructor(concurrency: number) {
    if (!Number.isInteger(concurrency) || concurrency < 1) {
      throw new RoundkeeperError('usage', `a pool cannot run ${concurrency} pieces at once`, {
        hint: 'Give a whole number from 1 on.',
      })
    }
    this.#concurrency = concurrency
  }

  /** Here, and at once: whoever runs pieces has bounded them already. */
  gather<T>(_task: Task, { make }: Work<T>): Promise<T> {
    return make()
  }

  /** After an abort the pieces that have not begun are handed out as `aborted` errors. */
  async *run<I, O>(
    inputs: readonly I[],
    work: (input: I, signal: AbortSignal) => Promise<O>,
    signal: AbortSignal,
  ): AsyncGenerator<Settled<I, O>, void, void> {
    const left = new AbortController()
    const stop = AbortSignal.any([signal, left.signal])
    const limit = pLimit(this.#concurrency)
    const begin = (input: I): Promise<Settled<I, O>> =>
      limit(async () => {
        if (stop.aborted) throw new RoundkeeperError('aborted', 'stopped before it began', { cause: stop.reason })
        return work(input, stop)
      }).then(
        (output) => ({ input, ok: true, output }) as const,
        (error: unknown) => ({ input, ok: false, error }) as const,
      )

    const ahead: Promise<Settled<I, O>>[] = []
    let next = 0
    try {
      while (next < inputs.length || ahead.length > 0) {
        while (next < inputs.length && ahead.length < AHEAD * this.#concurrency) {
          ahead.push(begin(inputs[next++] as I))
        }
        const settled = await (ahead[0] as Promise<Settled<I, O>>)
        ahead.shift()
        yield settled
      }
    } finally {
      left.abort(new RoundkeeperError('aborted', 'nobody waits for the result any more'))
      await Promise.all(ahead)
    }
  }
}
