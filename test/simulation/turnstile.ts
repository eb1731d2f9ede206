/** Lets several runs that go on at once take their steps one at a time, in an order that follows from a seed alone. */
import { Dice } from '../../src/demo/dice.ts'

export class Turnstile {
  readonly #dice: Dice
  readonly #waiting = new Map<string, () => void>()
  #running: number

  /** @param runs how many there are: none goes on before all have come */
  constructor(seed: string, runs: number) {
    this.#dice = new Dice(seed, 'turns')
    this.#running = runs
  }

  /** Resolves when it is this run's turn; its last step is over by then. */
  step(run: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(run, resolve)
      this.#leave()
    })
  }

  /** Of a run that takes no more steps. */
  end(): void {
    this.#leave()
  }

  #leave(): void {
    this.#running -= 1
    if (this.#running > 0 || this.#waiting.size === 0) return
    const next = this.#dice.pick([...this.#waiting.keys()].sort())
    const go = this.#waiting.get(next)
    this.#waiting.delete(next)
    this.#running = 1
    go?.()
  }
}
