/** The blocks of the dev chain: the best chain by number, those of left branches by hash, and what lay in the state after each. */

import type { Hex } from '../substrate-node.ts'
import type { DevBlock } from './block.ts'
import { Ledger } from './ledger.ts'

export class BlockStore {
  readonly #genesis: DevBlock
  /** From the first block that has a parent here, ascending without gaps. */
  readonly #chain: DevBlock[]
  readonly #byHash = new Map<Hex, DevBlock>()
  readonly #ledger = new Ledger()

  /** @param genesis block 0, whose changes are the state that all begins with @param first one that may be far above it */
  constructor(genesis: DevBlock, first: DevBlock) {
    this.#genesis = genesis
    this.#chain = [first]
    this.#ledger.write(0, genesis.changes)
    for (const block of [genesis, first]) this.#byHash.set(block.hash, block)
  }

  get genesis(): DevBlock {
    return this.#genesis
  }

  get head(): DevBlock {
    return this.#chain.at(-1)!
  }

  /** The lowest block above the genesis. */
  get first(): DevBlock {
    return this.#chain[0]!
  }

  append(block: DevBlock): void {
    this.#chain.push(block)
    this.#byHash.set(block.hash, block)
    if (block.changes.size > 0) this.#ledger.write(block.number, block.changes)
  }

  /** Leaves the blocks above a number. @returns them, ascending */
  leave(above: number): DevBlock[] {
    const left = this.#chain.splice(above + 1 - this.first.number)
    this.#ledger.drop(above, new Set(left.flatMap((block) => [...block.changes.keys()])))
    return left
  }

  at(number: number): DevBlock | undefined {
    return number === 0 ? this.#genesis : this.#chain[number - this.first.number]
  }

  byHash(hash: Hex): DevBlock | undefined {
    return this.#byHash.get(hash)
  }

  isBest(block: DevBlock): boolean {
    return this.at(block.number) === block
  }

  /** What lay under a key after a block, also on a left branch. */
  read(key: Hex, block: DevBlock): Hex | undefined {
    let at = block
    while (!this.isBest(at)) {
      if (at.changes.has(key)) return at.changes.get(key)
      at = at.parent ?? this.#genesis
    }
    return this.#ledger.read(key, at.number)
  }

  /** Ascending. */
  keys(prefix: Hex, block: DevBlock): Hex[] {
    const left: DevBlock[] = []
    let at = block
    for (; !this.isBest(at); at = at.parent ?? this.#genesis) left.push(at)
    const found = new Set(this.#ledger.keys(prefix, at.number))
    for (const [key, value] of left.reverse().flatMap((each) => [...each.changes])) {
      if (!key.startsWith(prefix)) continue
      if (value === undefined) found.delete(key)
      else found.add(key)
    }
    return [...found].sort()
  }
}
