import type { DevControls } from '../../../../src/chain/dev/dev-controls.ts'
import {
  type ExtrinsicStatus,
  type Hex,
  type NodeBlock,
  NodeError,
  type NodeEvents,
  type SubstrateNode,
} from '../../../../src/chain/dev/substrate-node.ts'

type Listeners = { [E in keyof NodeEvents]: Set<(...args: NodeEvents[E]) => void> }

const hash = (number: number, branch: number): Hex =>
  `0x${branch.toString(16).padStart(2, '0')}${number.toString(16).padStart(62, '0')}`

/** The least that the RPC can stand on: blocks are numbers, storage is a map, and everything happens when it is told to. */
export class FakeNode implements SubstrateNode, DevControls {
  readonly metadata = new Map([
    [14, new Uint8Array([14])],
    [15, new Uint8Array([15])],
  ])
  readonly runtimeVersion = { specName: 'fake', specVersion: 7 }
  readonly genesisHash = hash(0, 0)
  readonly said: unknown[][] = []
  catchUps = 0
  #branch = 0
  #chain: NodeBlock[] = []
  readonly #blocks = new Map<Hex, NodeBlock>()
  readonly #states = new Map<Hex, ReadonlyMap<Hex, Hex>>()
  #next = new Map<Hex, Hex>()
  #final = 0
  readonly #pool = new Set<Hex>()
  readonly #listeners: Listeners = { head: new Set(), finalized: new Set(), extrinsic: new Set() }

  constructor() {
    this.produceBlocks(1)
    this.finalize()
  }

  catchUp(): void {
    this.catchUps++
  }

  head(): NodeBlock {
    return this.#chain.at(-1)!
  }

  finalizedHead(): NodeBlock {
    return this.#chain[this.#final]!
  }

  hashOf(number: number): Hex | undefined {
    return this.#chain[number]?.hash
  }

  block(hash: Hex): NodeBlock | undefined {
    return this.#blocks.get(hash)
  }

  extrinsicsOf(): readonly Hex[] {
    return ['0x00']
  }

  storage(key: Hex, at: Hex): Hex | undefined {
    return this.#state(at).get(key)
  }

  keys(prefix: Hex, at: Hex): readonly Hex[] {
    return [...this.#state(at).keys()].filter((key) => key.startsWith(prefix)).sort()
  }

  call(method: string, data: Hex): Hex {
    if (method === 'AccountNonceApi_account_nonce') return '0x05000000'
    if (method === 'Echo') return data
    throw new NodeError(4003, `Client error: Execution failed: Other: Exported method ${method} is not found`)
  }

  submit(extrinsic: Hex): Hex {
    if (extrinsic === '0xbad0') {
      throw new NodeError(1010, 'Invalid Transaction', 'Transaction has a bad signature')
    }
    this.#pool.add(extrinsic)
    const hash: Hex = `0x${extrinsic.slice(2).padStart(64, 'e')}`
    this.tellOf(hash, 'ready')
    return hash
  }

  pending(): readonly Hex[] {
    return [...this.#pool]
  }

  nextIndex(): number {
    return 5
  }

  on<E extends keyof NodeEvents>(event: E, listener: (...args: NodeEvents[E]) => void): () => void {
    this.#listeners[event].add(listener)
    return () => void this.#listeners[event].delete(listener)
  }

  get listening(): number {
    return Object.values(this.#listeners).reduce((sum, { size }) => sum + size, 0)
  }

  produceBlocks(count: number): NodeBlock {
    for (let made = 0; made < count; made++) {
      const number = this.#chain.length
      const block: NodeBlock = {
        number,
        hash: hash(number, this.#branch),
        header: {
          parentHash: this.#chain.at(-1)?.hash ?? hash(0, 255),
          number: `0x${number.toString(16)}`,
          stateRoot: hash(0, 1),
          extrinsicsRoot: hash(0, 2),
          digest: { logs: [] },
        },
      }
      this.#chain.push(block)
      this.#blocks.set(block.hash, block)
      this.#states.set(block.hash, new Map(this.#next))
    }
    for (const listener of [...this.#listeners.head]) listener(this.head())
    return this.head()
  }

  reorg(depth: number): NodeBlock {
    this.#branch++
    this.#chain.splice(-depth)
    return this.produceBlocks(depth + 1)
  }

  setStorage(key: Hex, value: Hex | undefined): void {
    this.#next = new Map(this.#next)
    if (value === undefined) this.#next.delete(key)
    else this.#next.set(key, value)
  }

  finalize(): void {
    this.#final = this.#chain.length - 1
    for (const listener of [...this.#listeners.finalized]) listener(this.finalizedHead())
  }

  tellOf(hash: Hex, status: ExtrinsicStatus): void {
    for (const listener of [...this.#listeners.extrinsic]) listener(hash, status)
  }

  setTime(...args: unknown[]): void {
    this.said.push(['setTime', ...args])
  }

  stall(...args: unknown[]): void {
    this.said.push(['stall', ...args])
  }

  endow(...args: unknown[]): void {
    this.said.push(['endow', ...args])
  }

  register(...args: unknown[]): void {
    this.said.push(['register', ...args])
  }

  #state(at: Hex): ReadonlyMap<Hex, Hex> {
    const state = this.#states.get(at)
    if (state !== undefined) return state
    throw new NodeError(4003, `Client error: UnknownBlock: Header was not found in the database: ${at}`)
  }
}
