/** A sign of life while a chain is waited for: which may take minutes, or for ever where no block comes. */
import type { Block } from '../chain/chain.ts'
import type { Clock } from '../engine/clock.ts'

const FIRST_AFTER_MS = 10_000
const THEN_EVERY_MS = 30_000
/** Clocks differ by seconds; a block that is further ahead was not made by one. */
const AHEAD_MS = 5_000
const MINUTE_MS = 60_000

export interface Watched {
  readonly clock: Clock
  /** The last block that the chain shows. */
  readonly head: () => Promise<Block>
  readonly say: (text: string) => void
}

export class StillWaiting implements Disposable {
  readonly #watched: Watched
  #ended = new AbortController()

  constructor(watched: Watched) {
    this.#watched = watched
  }

  /** From now on that is waited for, and nothing else. @param what e.g. `the reveal` */
  begin(what: string): void {
    this.#ended.abort()
    this.#ended = new AbortController()
    void this.#tell(what, this.#ended.signal)
  }

  [Symbol.dispose](): void {
    this.#ended.abort()
  }

  async #tell(what: string, signal: AbortSignal): Promise<void> {
    const { clock, head, say } = this.#watched
    const since = clock.now().getTime()
    for (let pause = FIRST_AFTER_MS; ; pause = THEN_EVERY_MS) {
      await clock.sleep(pause, signal).catch(() => undefined)
      if (signal.aborted) return
      const last = await head().then(
        (block) => lastBlock(block, clock.now()),
        () => 'the chain does not say what its last block is',
      )
      if (signal.aborted) return
      say(`Still waiting for ${what} after ${duration(clock.now().getTime() - since)}: ${last}.`)
    }
  }
}

function lastBlock({ number, time }: Block, now: Date): string {
  const age = now.getTime() - time.getTime()
  const at = `the last block is ${number}, of ${time.toISOString().slice(0, 19)}Z`
  return age < -AHEAD_MS ? `${at}, ${duration(-age)} ahead of this clock` : `${at}, ${duration(Math.max(0, age))} ago`
}

const duration = (ms: number) =>
  ms < 2 * MINUTE_MS ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / MINUTE_MS)} min`
