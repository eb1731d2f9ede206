import type { Feed } from './method.ts'
import type { Params } from './params.ts'

/** One client's place at a feed. What the feed tells is kept until the client has learnt the subscription's id. */
export class Subscription {
  readonly feed: Feed
  readonly #notify: (result: unknown) => void
  #kept: unknown[] | undefined = []
  #stop: (() => void) | undefined
  #ended = false

  constructor(feed: Feed, notify: (result: unknown) => void) {
    this.feed = feed
    this.#notify = notify
  }

  /** @param onEnd the feed itself is through @throws NodeError */
  begin(params: Params, onEnd: () => void): void {
    const tell = (result: unknown) => {
      if (this.#ended) return
      if (this.#kept === undefined) this.#notify(result)
      else this.#kept.push(result)
    }
    const end = () => {
      this.end()
      onEnd()
    }
    this.#stop = this.feed.begin(params, { tell, end })
    if (this.#ended) this.#stop()
  }

  release(): void {
    const kept = this.#kept ?? []
    this.#kept = undefined
    for (const result of kept) this.#notify(result)
  }

  /** What was kept is told all the same, if its client still learns the id. */
  end(): void {
    this.#ended = true
    this.#stop?.()
  }
}
