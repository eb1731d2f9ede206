/** So many things at once, and no list of what waits: whoever brings the next one waits for a free lane. */
export class Lanes {
  readonly #count: number
  readonly #running = new Set<Promise<void>>()
  #failure: { readonly error: unknown } | undefined

  constructor(count: number) {
    this.#count = count
  }

  /** Resolves as soon as it has begun. @throws what any earlier one threw */
  async start(act: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#count && this.#failure === undefined) await Promise.race(this.#running)
    if (this.#failure !== undefined) throw this.#failure.error
    const running: Promise<void> = act()
      .catch((error: unknown) => {
        this.#failure ??= { error }
      })
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  /** Resolves when nothing is under way. @throws what any of them threw */
  async idle(): Promise<void> {
    await Promise.all(this.#running)
    if (this.#failure !== undefined) throw this.#failure.error
  }
}
