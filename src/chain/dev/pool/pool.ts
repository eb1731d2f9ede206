/** Extrinsics that wait for a block: of each account by nonce, those without a gap before them ready, the others not yet. */

import { type Hex, NodeError } from '../substrate-node.ts'
import type { SignedExtrinsic } from './extrinsic.ts'

/** Of all accounts together. */
const MAX_WAITING = 8192

export interface Waiting {
  readonly extrinsic: SignedExtrinsic
  /** The hash that it was found to be signed with. */
  readonly birthHash: Hex
  /** In the order of arrival. */
  readonly arrival: number
}

export class Pool {
  readonly #byAccount = new Map<string, Map<number, Waiting>>()
  readonly #byHash = new Map<Hex, Waiting>()
  #arrivals = 0

  get size(): number {
    return this.#byHash.size
  }

  has(hash: Hex): boolean {
    return this.#byHash.has(hash)
  }

  /** @returns the one whose place it took: it offers more @throws NodeError 1014, 1016 */
  add(extrinsic: SignedExtrinsic, birthHash: Hex): Waiting | undefined {
    const own = this.#byAccount.get(extrinsic.who) ?? new Map<number, Waiting>()
    const rival = own.get(extrinsic.nonce)
    if (rival !== undefined && rival.extrinsic.tip >= extrinsic.tip) {
      const message = `Priority is too low: (${rival.extrinsic.tip} vs ${extrinsic.tip})`
      const data = 'The transaction has too low priority to replace another transaction already in the pool.'
      throw new NodeError(1014, message, data)
    }
    if (rival === undefined && this.size >= MAX_WAITING) {
      const data = "The transaction couldn't enter the pool because of the limit"
      throw new NodeError(1016, 'Immediately Dropped', data)
    }
    if (rival !== undefined) this.remove(rival.extrinsic.hash)
    const waiting: Waiting = { extrinsic, birthHash, arrival: this.#arrivals++ }
    this.#byAccount.set(extrinsic.who, own.set(extrinsic.nonce, waiting))
    this.#byHash.set(extrinsic.hash, waiting)
    return rival
  }

  remove(hash: Hex): void {
    const waiting = this.#byHash.get(hash)
    if (waiting === undefined) return
    const { who, nonce } = waiting.extrinsic
    const own = this.#byAccount.get(who)
    own?.delete(nonce)
    if (own?.size === 0) this.#byAccount.delete(who)
    this.#byHash.delete(hash)
  }

  /** Those that can follow each other from the account's nonce on, in the order of arrival as far as nonces allow. */
  ready(nonceOf: (who: string) => number): readonly Waiting[] {
    const all = [...this.#byAccount.keys()].flatMap((who) => {
      let since = 0
      return this.readyOf(who, nonceOf(who)).map((waiting) => {
        since = Math.max(since, waiting.arrival)
        return { waiting, since }
      })
    })
    all.sort((a, b) => a.since - b.since || a.waiting.extrinsic.nonce - b.waiting.extrinsic.nonce)
    return all.map(({ waiting }) => waiting)
  }

  /** Of one account, by nonce. */
  readyOf(who: string, nonce: number): readonly Waiting[] {
    const own = this.#byAccount.get(who)
    const found: Waiting[] = []
    for (let next = nonce; ; next++) {
      const waiting = own?.get(next)
      if (waiting === undefined) return found
      found.push(waiting)
    }
  }

  all(): readonly Waiting[] {
    return [...this.#byHash.values()]
  }
}
