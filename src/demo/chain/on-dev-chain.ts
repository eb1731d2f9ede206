/**
 * A demo as it is played on Bittensor: a node with a WebSocket on this machine, miners who sign timelocked commitments, an engine
 * that reads what the chain has revealed. The node keeps its chain in a folder, so that an interrupted demo goes on with it.
 */
import { join } from 'node:path'
import type { Bittensor } from '../../chain/bittensor/bittensor.ts'
import { openBittensor } from '../../chain/bittensor/open.ts'
import { DevNode } from '../../chain/dev/dev-node.ts'
import { Endpoint } from '../../chain/dev/rpc/endpoint.ts'
import { type DevServer, serve } from '../../chain/dev/server.ts'
import type { Receipt } from '../../chain/transactions.ts'
import { SystemClock } from '../../engine/system-clock.ts'
import { DEMO_BEGINS, DEMO_NETUID } from '../config.ts'
import type { Entry } from '../entries.ts'
import type { Cast } from '../miners.ts'
import type { VirtualTime } from '../virtual-time.ts'
import { commitText } from './commit-text.ts'
import type { DemoChain } from './demo-chain.ts'

export const CHAIN_FOLDER = 'chain'
const BLOCK_MS = 12_000
/** By then the text before is revealed: a hotkey has one commitment at a time. */
const BLOCKS_BETWEEN_TEXTS = 8

export async function onDevChain(dir: string, seed: string, cast: Cast, time: VirtualTime): Promise<DemoChain> {
  const node = await DevNode.open({
    clock: time.clock,
    dir: join(dir, CHAIN_FOLDER),
    finalityLag: 0,
    genesis: { seed: `demo ${seed}`, blockMs: BLOCK_MS, timeMs: DEMO_BEGINS.getTime(), subnets: [subnetOf(cast)] },
  })
  try {
    const server = await serve(new Endpoint(node, { clock: new SystemClock() }), { port: 0 })
    try {
      const chain = await openBittensor({ endpoint: server.url, genesisHash: node.genesisHash })
      return new OnDevChain(node, server, chain, time)
    } catch (error) {
      await server[Symbol.asyncDispose]()
      throw error
    }
  } catch (error) {
    node[Symbol.dispose]()
    throw error
  }
}

class OnDevChain implements DemoChain {
  readonly chain: Bittensor
  readonly #node: DevNode
  readonly #server: DevServer
  readonly #time: VirtualTime
  #planned: readonly Step[] = []

  constructor(node: DevNode, server: DevServer, chain: Bittensor, time: VirtualTime) {
    this.chain = chain
    this.#node = node
    this.#server = server
    this.#time = time
  }

  /** For `roundkeeper devchain`, which may keep the chain of a demo that is over. */
  get settings() {
    return { kind: 'bittensor', endpoint: 'local', genesis_hash: this.#node.genesisHash }
  }

  async expect(entries: readonly Entry[]): Promise<void> {
    this.#node.catchUp()
    this.#planned = entries
      .flatMap(stepsOf)
      .filter(({ hotkey, index }) => this.#node.nextIndex(hotkey.address) <= index)
      .sort((a, b) => a.block - b.block)
  }

  async passUntil(date: Date): Promise<void> {
    for (let [next] = this.#planned; next !== undefined && this.#timeOf(next.block) <= date; [next] = this.#planned) {
      await this.#reach(this.#timeOf(next.block))
      await this.#commitDue()
    }
    await this.#reach(date)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.chain[Symbol.asyncDispose]()
    await this.#server[Symbol.asyncDispose]()
    this.#node[Symbol.dispose]()
  }

  #timeOf(block: number): Date {
    const { firstBlock, timeMs } = this.#node.genesis
    return new Date(timeMs + (block - firstBlock) * BLOCK_MS)
  }

  async #reach(date: Date): Promise<void> {
    if (date > this.#time.clock.now()) await this.#time.moveTo(date)
    this.#node.catchUp()
  }

  /** All that is due at the chain's head goes into its next block. */
  async #commitDue(): Promise<void> {
    const { clock } = this.#time
    const isDue = ({ block }: Step) => this.#timeOf(block) <= clock.now()
    const receipts: Promise<Receipt>[] = []
    for (const { hotkey, text } of this.#planned.filter(isDue)) {
      const arrived = this.#nextArrival()
      const receipt = commitText(this.chain, hotkey, DEMO_NETUID, text)
      receipts.push(receipt)
      await Promise.race([arrived, receipt])
    }
    this.#planned = this.#planned.filter((step) => !isDue(step))
    // The block comes first, the time that is kept on disk after it: killed in between, the chain knows what is done.
    clock.advance(BLOCK_MS)
    this.#node.catchUp()
    await Promise.all(receipts)
    await this.#time.moveTo(clock.now())
  }

  /** Of an extrinsic in the node's pool. */
  #nextArrival(): Promise<void> {
    return new Promise((resolve) => {
      const off = this.#node.on('extrinsic', (_hash, status) => {
        if (status !== 'ready') return
        off()
        resolve()
      })
    })
  }
}

/** One text of a miner, committed when the chain's head is at `block`; `index` counts all that its hotkey ever commits. */
interface Step {
  readonly hotkey: Entry['hotkey']
  readonly block: number
  readonly text: string
  readonly index: number
}

const stepsOf = ({ hotkey, block, texts, before }: Entry): Step[] =>
  texts.map((text, i) => ({ hotkey, block: block + i * BLOCKS_BETWEEN_TEXTS, text, index: before + i }))

/** The leader and all miners are registered, and a validator. */
const subnetOf = ({ leader, miners }: Cast) => ({
  netuid: DEMO_NETUID,
  neurons: [
    { hotkey: '//Owner' },
    { hotkey: '//Alice', stake: 1_000_000_000_000n, validatorPermit: true },
    ...[leader, ...miners].map(({ hotkey }) => ({ hotkey })),
  ],
})
