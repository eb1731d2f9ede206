import { RoundkeeperError } from '../../../src/errors.ts'
import { sha256Hex } from '../../../src/rules/digest.ts'
import { HashRandom } from '../../../src/rules/random.ts'
import type { Target } from './files.ts'
import { commitmentOf, type Oracle } from './oracle.ts'
import { MAX_NUMBER } from './rules.ts'

/** An oracle whose numbers follow from a secret. It can be switched off, and made to tell something else. */
export class MemoryOracle implements Oracle {
  available = true
  /** Added to every number that it reveals, but not to those that it committed itself to. */
  lie = 0
  readonly #secret: string

  constructor(secret: string) {
    this.#secret = secret
  }

  async commit(round: string, items: readonly string[]): Promise<string> {
    this.#check()
    return commitmentOf(this.#target(round, items))
  }

  async reveal(round: string, items: readonly string[]): Promise<Target> {
    this.#check()
    const { numbers, ...rest } = this.#target(round, items)
    return { ...rest, numbers: Object.fromEntries(Object.entries(numbers).map(([k, v]) => [k, v + this.lie])) }
  }

  /** For tests: a miner whose every number is off by `error`. */
  guess(round: string, poolSize: number, error: number): string {
    return Array.from({ length: poolSize }, (_, i) => {
      const number = this.number(round, `n${i + 1}`)
      return number + error <= MAX_NUMBER ? number + error : number - error
    }).join(' ')
  }

  number(round: string, item: string): number {
    return new HashRandom(this.#secret, `${round}/${item}`).below(MAX_NUMBER + 1)
  }

  #target(round: string, items: readonly string[]): Target {
    const numbers = Object.fromEntries(items.map((item) => [item, this.number(round, item)]))
    return { round, numbers, salt: sha256Hex(`${this.#secret}/${round}/salt`) }
  }

  #check(): void {
    if (this.available) return
    throw new RoundkeeperError('unavailable', 'the oracle does not answer', { hint: 'Run again later.' })
  }
}
