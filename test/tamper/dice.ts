import { HashRandom } from '../../src/rules/random.ts'

/** Chance that can be had again: one throw after another from a seed. */
export class Dice {
  readonly #random: HashRandom

  constructor(seed: number) {
    this.#random = new HashRandom(`tamper/${seed}`, 'crime')
  }

  below(limit: number): number {
    return this.#random.below(limit)
  }

  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error('nothing to pick from')
    return list[this.below(list.length)] as T
  }

  /** Any of the list but this one. */
  other<T>(list: readonly T[], than: T): T {
    return this.pick(list.filter((each) => each !== than))
  }
}
