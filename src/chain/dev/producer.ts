/** Makes the blocks of a node: out of the pool and of what its owner does, onto the log, and told to whoever listens. */
import type { Announcements } from './announcements.ts'
import type { Act } from './blocks/acts.ts'
import { blake2Hex, bytesOf, type DevBlock } from './blocks/block.ts'
import type { ChainMaker } from './blocks/chain-maker.ts'
import type { LogRecord } from './log/chain-log.ts'
import { accountOf } from './pallets/accounts.ts'
import { birthHashOf } from './pool/admission.ts'
import { readExtrinsic, type SignedExtrinsic } from './pool/extrinsic.ts'
import type { Pool } from './pool/pool.ts'
import type { Hex } from './substrate-node.ts'

export interface ProducerParts {
  readonly chain: ChainMaker
  readonly pool: Pool
  readonly announcements: Announcements
  readonly write: (entry: LogRecord) => void
  /** Blocks. */
  readonly finalityLag: number
}

export class Producer {
  readonly #parts: ProducerParts
  #acts: Act[] = []
  /** What was done in the blocks that are not final, so that none of it is lost with them. */
  readonly #actsOf = new Map<Hex, readonly Act[]>()
  #finalized: DevBlock
  /** Whether the last blocks are on the log. */
  #logged = true

  constructor(parts: ProducerParts) {
    this.#parts = parts
    this.#finalized = parts.chain.head
    this.#finalize()
  }

  get finalized(): DevBlock {
    return this.#finalized
  }

  /** What was asked for and is not done yet. */
  get acts(): readonly Act[] {
    return this.#acts
  }

  /** When the next block is due. */
  get regularMs(): number {
    const { chain } = this.#parts
    return chain.head.timeMs + chain.genesis.blockMs
  }

  /** Done in the next block. */
  act(act: Act): void {
    this.#acts.push(act)
  }

  produce(timeMs: number): DevBlock {
    const { chain, pool, announcements } = this.#parts
    const state = pool.size === 0 ? undefined : chain.stateAt(chain.head)
    const waiting = pool.ready((who) => (state === undefined ? 0 : accountOf(state, who).nonce))
    for (const { extrinsic, birthHash } of waiting) {
      if (birthHashOf(chain, extrinsic) !== birthHash) this.#refuse(extrinsic.hash)
    }
    const extrinsics = waiting.map(({ extrinsic }) => extrinsic).filter(({ hash }) => pool.has(hash))
    const block = this.#make(timeMs, this.#acts.splice(0), extrinsics)
    announcements.head(block)
    return block
  }

  /** Keeps that blocks were made that no clock would make again. */
  settle(): void {
    const { head } = this.#parts.chain
    if (!this.#logged) this.#parts.write({ idle: head.number, hash: head.hash })
    this.#logged = true
  }

  /** Leaves the last blocks for one more empty ones. @param drop what was in them is not tried again */
  reorg(depth: number, drop: boolean): DevBlock {
    const { chain, announcements } = this.#parts
    const left = chain.leave(chain.head.number - depth)
    this.#parts.write({ fork: chain.head.number })
    const acts = left.flatMap((block) => this.#actsOf.get(block.hash) ?? [])
    for (const block of left) this.#actsOf.delete(block.hash)
    if (!drop) this.#acts.unshift(...acts)
    for (const block of left) {
      for (const hex of block.extrinsics) {
        announcements.extrinsic(blake2Hex(bytesOf(hex)), { retracted: block.hash })
        if (!drop) this.#takeBack(hex)
      }
    }
    for (const { timeMs } of left) this.#make(timeMs, [], [])
    const head = this.#make(this.regularMs, [], [])
    this.settle()
    announcements.head(head)
    return head
  }

  #make(timeMs: number, acts: readonly Act[], extrinsics: readonly SignedExtrinsic[]): DevBlock {
    const { chain, pool, announcements, write } = this.#parts
    const regular = timeMs === this.regularMs
    const { block, included, others } = chain.make({ timeMs, acts, extrinsics })
    for (const { hash } of included) {
      pool.remove(hash)
      announcements.extrinsic(hash, { inBlock: block.hash })
    }
    for (const [{ hash }, validity] of others) if (validity !== 'future') this.#refuse(hash)
    this.#logged = acts.length > 0 || included.length > 0 || !regular
    if (this.#logged) write(recordOf(block, acts))
    if (acts.length > 0) this.#actsOf.set(block.hash, acts)
    this.#finalize()
    return block
  }

  /** One whose birth was on the branch that was left is signed for another chain now. */
  #takeBack(hex: Hex): void {
    const { chain, pool, announcements } = this.#parts
    const extrinsic = readExtrinsic(chain.runtime, hex)
    if (extrinsic === undefined || extrinsic === 'unsigned') return
    const birthHash = birthHashOf(chain, extrinsic)
    if (birthHash === undefined || !extrinsic.isSignedBy(chain.store.genesis.hash, birthHash)) {
      announcements.extrinsic(extrinsic.hash, 'invalid')
      return
    }
    try {
      pool.add(extrinsic, birthHash)
    } catch {
      // The pool is full.
      announcements.extrinsic(extrinsic.hash, 'dropped')
    }
  }

  #finalize(): void {
    const { chain, finalityLag, announcements } = this.#parts
    const { store } = chain
    const last = chain.head.number - finalityLag
    for (let number = this.#finalized.number + 1; number <= last; number++) {
      const block = store.at(number)!
      this.#finalized = block
      this.#actsOf.delete(block.hash)
      for (const hex of block.extrinsics) {
        announcements.extrinsic(blake2Hex(bytesOf(hex)), { finalized: block.hash })
      }
      announcements.finalized(block)
    }
  }

  #refuse(hash: Hex): void {
    this.#parts.pool.remove(hash)
    this.#parts.announcements.extrinsic(hash, 'invalid')
  }
}

const recordOf = (block: DevBlock, acts: readonly Act[]): LogRecord => ({
  block: block.number,
  time: block.timeMs,
  ...(acts.length > 0 && { acts: [...acts] }),
  ...(block.extrinsics.length > 0 && { extrinsics: [...block.extrinsics] }),
  hash: block.hash,
})
