/** A chain that is opened when it is first asked something, and not before: most of what an operator does needs none. */
import type { RandomnessSource } from '../state/schedule.ts'
import type { Block, Chain, Randomness, Reveal } from './chain.ts'

export class LazyChain implements Chain, AsyncDisposable {
  readonly network: string
  readonly #open: () => Promise<Chain & AsyncDisposable>
  #chain: Promise<Chain & AsyncDisposable> | undefined

  constructor(network: string, open: () => Promise<Chain & AsyncDisposable>) {
    this.network = network
    this.#open = open
  }

  async head(): Promise<Block> {
    return (await this.#opened()).head()
  }

  async block(number: number): Promise<Block> {
    return (await this.#opened()).block(number)
  }

  async reveals(netuid: number, atBlock: number): Promise<Reveal[]> {
    return (await this.#opened()).reveals(netuid, atBlock)
  }

  async registrations(netuid: number, atBlock: number): Promise<ReadonlyMap<string, number> | undefined> {
    return (await this.#opened()).registrations(netuid, atBlock)
  }

  async randomness(source: RandomnessSource): Promise<Randomness | undefined> {
    return (await this.#opened()).randomness(source)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#chain?.catch(() => undefined))?.[Symbol.asyncDispose]()
  }

  /** One that could not be opened may be there the next time. */
  #opened(): Promise<Chain & AsyncDisposable> {
    this.#chain ??= this.#open().catch((error: unknown) => {
      this.#chain = undefined
      throw error
    })
    return this.#chain
  }
}
