// Chance for the demo's world: a repeatable stream of numbers for every name.
import { HashRandom } from '../rules/random.ts'

const STEPS = 2 ** 32

export class Dice {
  readonly #random: HashRandom

  /** @param purpose different purposes give unrelated streams */
  constructor(seed: string | number, purpose: string) {
    this.#random = new HashRandom(`roundkeeper-demo/${seed}`, purpose)
  }

  /** In steps of a 2³²nd of the range. */
  between(low: number, high: number): number {
    return low + (high - low) * (this.#random.below(STEPS) / STEPS)
  }

  pick<T>(list: readonly T[]): T {
    return list[this.#random.below(list.length)] as T
  }

  /** A text of that many characters, each one of the alphabet's. */
  text(length: number, alphabet: string): string {
    return Array.from({ length }, () => alphabet[this.#random.below(alphabet.length)]).join('')
  }
}
