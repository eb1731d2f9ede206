/**
 * The chain itself: blocks made one after another, from nothing but what began it and what goes into them. It knows no clock
 * and no pool; the same calls give the same hashes.
 */

import { beaconSecondsOf, type DevGenesis, genesisJson } from '../genesis.ts'
import type { SignedExtrinsic } from '../pool/extrinsic.ts'
import type { Validity } from '../pool/validity.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { type Bytes, State } from '../runtime/state.ts'
import type { Hex } from '../substrate-node.ts'
import type { Act } from './acts.ts'
import { DevBeacon } from './beacon.ts'
import { blockOn, DevBlock, textHash } from './block.ts'
import { BlockStore } from './block-store.ts'
import { Computed } from './computed.ts'
import { Execution, type OnFailure } from './execution.ts'
import { genesisState } from './genesis-state.ts'

export interface BlockInput {
  readonly timeMs: number
  readonly acts?: readonly Act[]
  readonly extrinsics?: readonly SignedExtrinsic[]
}

export interface Made {
  readonly block: DevBlock
  readonly included: readonly SignedExtrinsic[]
  /** Those that did not get in. */
  readonly others: readonly (readonly [extrinsic: SignedExtrinsic, validity: Exclude<Validity, 'valid'>])[]
}

const NO_PARENT: Hex = `0x${'00'.repeat(32)}`
/** All extrinsics of a block together. */
const MAX_BLOCK_BYTES = 4 * 1024 * 1024

export class ChainMaker {
  readonly runtime: Runtime
  readonly genesis: DevGenesis
  readonly beacon: DevBeacon
  readonly store: BlockStore
  readonly #onFailure: OnFailure
  readonly #computed: Computed
  /** Nothing happens by itself before. */
  #due: { readonly block: number; readonly round: number }
  #branch = 0

  constructor(runtime: Runtime, genesis: DevGenesis, onFailure: OnFailure) {
    this.runtime = runtime
    this.#onFailure = onFailure
    this.genesis = genesis
    this.beacon = new DevBeacon(genesis.seed, Math.floor(genesis.timeMs / 1000), beaconSecondsOf(genesis))
    this.store = this.#found()
    this.#computed = new Computed({
      runtime,
      beacon: this.beacon,
      hashBefore: (block, number) => this.#ancestor(block, number)?.hash,
      read: (key, block) => this.store.read(key, block),
      keys: (prefix, block) => this.store.keys(prefix, block),
    })
    this.#due = this.#dueAfter(this.store.head)
    this.make({ timeMs: genesis.timeMs })
  }

  get head(): DevBlock {
    return this.store.head
  }

  /** The state after a block. */
  stateAt(block: DevBlock): State {
    return new State(this.runtime, this.bytesAt(block))
  }

  bytesAt(block: DevBlock): Bytes {
    const { store } = this
    const computed = this.#computed
    return {
      read: (key) => {
        const item = computed.of(key)
        return item === undefined ? store.read(key, block) : item.read(key, block)
      },
      keys: (prefix) => {
        const written = store.keys(prefix, block).filter((key) => computed.of(key) === undefined)
        return [...written, ...computed.keys(prefix, block)].sort()
      },
    }
  }

  /** What the next block would find, to try things on. */
  next(): Execution {
    return this.#executionOn(this.head, this.head.timeMs + this.genesis.blockMs)
  }

  /** Of two chains that were told the same, the same. It is the head from then on. */
  make({ timeMs, acts = [], extrinsics = [] }: BlockInput): Made {
    const parent = this.head
    const isIdle = acts.length === 0 && extrinsics.length === 0 && !this.#isDue(parent.number + 1, timeMs)
    if (isIdle) {
      const block = this.#append(blockOn(parent, { timeMs, branch: this.#branch }))
      return { block, included: [], others: [] }
    }

    const execution = this.#executionOn(parent, timeMs)
    execution.begin()
    for (const act of acts) execution.perform(act)
    const others: Made['others'][number][] = []
    let bytes = 0
    for (const extrinsic of extrinsics) {
      const size = extrinsic.hex.length / 2
      const validity = bytes + size > MAX_BLOCK_BYTES ? 'future' : execution.include(extrinsic)
      if (validity === 'valid') bytes += size
      else others.push([extrinsic, validity])
    }
    const { included } = execution
    const { changes, events } = execution.result()
    const content = { timeMs, extrinsics: included.map(({ hex }) => hex), events, changes, branch: this.#branch }
    const block = this.#append(blockOn(parent, content))
    this.#due = this.#dueAfter(block)
    return { block, included, others }
  }

  /** Goes on from an earlier block, on another branch. @returns the blocks that were left, ascending */
  leave(above: number): DevBlock[] {
    const left = this.store.leave(above)
    this.#branch++
    this.#due = this.#dueAfter(this.head)
    return left
  }

  #dueAfter(block: DevBlock) {
    return this.#executionOn(block, block.timeMs, block.number).due()
  }

  #isDue(block: number, timeMs: number): boolean {
    return block >= this.#due.block || this.beacon.roundAt(timeMs) >= this.#due.round
  }

  #append(block: DevBlock): DevBlock {
    this.store.append(block)
    return block
  }

  #executionOn(parent: DevBlock, timeMs: number, block = parent.number + 1): Execution {
    const { runtime, beacon } = this
    return new Execution({
      runtime,
      beacon,
      below: this.bytesAt(parent),
      block,
      timeMs,
      onFailure: this.#onFailure,
    })
  }

  #ancestor(block: DevBlock, number: number): DevBlock | undefined {
    let at: DevBlock | undefined = block
    while (at !== undefined && !this.store.isBest(at)) {
      if (at.number === number) return at
      at = at.parent
    }
    return this.store.at(number)
  }

  /** Block 0, and the one before the first that is made, which may be far above it. */
  #found(): BlockStore {
    const { runtime, genesis } = this
    const changes = genesisState(runtime, genesis, this.beacon)
    const stateRoot = textHash(
      [genesisJson(genesis), ...[...changes].map(([key, value]) => `${key} ${value}`)].join('\n'),
    )
    const shared = { stateRoot, extrinsicsRoot: textHash(''), extrinsics: [] }
    const zero = new DevBlock({ number: 0, parentHash: NO_PARENT, parent: undefined, timeMs: 0, changes, ...shared })
    const number = genesis.firstBlock - 1
    const parentHash = number === 1 ? zero.hash : textHash(`before ${zero.hash}`)
    const timeMs = Math.max(0, genesis.timeMs - genesis.blockMs)
    return new BlockStore(zero, new DevBlock({ number, parentHash, parent: undefined, timeMs, ...shared }))
  }
}
