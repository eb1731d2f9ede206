import type { Bittensor, BittensorOptions } from '../../../src/chain/bittensor/bittensor.ts'
import { polkadotApi } from '../../../src/chain/bittensor/library.ts'
import { openBittensor } from '../../../src/chain/bittensor/open.ts'
import type { Data } from '../../../src/chain/commitment-data.ts'
import { type DevChain, type DevChainOptions, openDevChain } from '../../../src/chain/dev/dev-chain.ts'
import { devKeypair } from '../../../src/chain/dev/dev-keys.ts'
import type { DevServer } from '../../../src/chain/dev/server.ts'
import { nextEpochBlock } from '../../../src/chain/epochs.ts'
import { encodePayload } from '../../../src/chain/reveal-payload.ts'
import { revealRoundFor } from '../../../src/chain/timelock/reveal-round.ts'
import { encrypt } from '../../../src/chain/timelock/timelock.ts'
import { VirtualClock } from '../../../src/engine/virtual-clock.ts'
import type { Keypair } from '../../../src/wallet/keypair.ts'

export const NETUID = 17
export type Transport = 'socket' | 'in process'

export interface World extends AsyncDisposable {
  readonly node: DevChain['node']
  readonly endpoint: DevChain['endpoint']
  readonly clock: VirtualClock
  readonly url: string
  /** What failed inside of the dev chain, where nothing should: the end of the world throws it. */
  readonly failures: unknown[]
  /** Another port of the same node. */
  serve(): Promise<DevServer>
  /** Over a socket unless told otherwise; closed with the world, or by `close`. */
  open(options?: Partial<BittensorOptions>, transport?: Transport): Promise<Bittensor>
  /** Whatever was opened and served. */
  close(): Promise<void>
  /** A hotkey of its own for every call, registered on the subnet. */
  miner(): Keypair
}

const FINALITY_LAG = 2
/** Far more than a busy machine takes: tests of what is too slow say how long they wait. */
const TIMEOUT_MS = 60_000
/** For what comes about by and by. */
export const PATIENT = { interval: 20, timeout: 50_000 } as const

/**
 * A dev chain with its RPC on a port. Blocks come when the test asks for them; those that make an extrinsic final, by
 * themselves, unless the test does it by hand.
 */
export async function world(options: Partial<DevChainOptions> & { readonly byHand?: boolean } = {}): Promise<World> {
  const { byHand = false, ...others } = options
  // What it takes to load is no part of what these tests bound in time.
  polkadotApi()
  const clock = new VirtualClock(new Date('2026-02-02T08:00:00Z'))
  const failures: unknown[] = []
  const onFailure = (error: unknown) => failures.push(error)
  const dev = await openDevChain({ clock, manual: true, finalityLag: FINALITY_LAG, onFailure, ...others })
  const { node, endpoint } = dev
  const server = await dev.listen({ port: 0 })
  let opened: AsyncDisposable[] = []
  node.produceBlocks(FINALITY_LAG + 2)
  if (!byHand) {
    node.on('extrinsic', (_, status) => {
      if (status === 'ready') setImmediate(() => node.produceBlocks(FINALITY_LAG + 1))
    })
  }
  let miners = 0
  const close = async () => {
    const closing = opened
    opened = []
    for (const each of closing) await each[Symbol.asyncDispose]()
  }
  return {
    close,
    failures,
    node,
    endpoint,
    clock,
    url: server.url,
    async serve() {
      const another = await dev.listen({ port: 0 })
      opened.push(another)
      return another
    },
    async open(options = {}, transport = 'socket') {
      const where = transport === 'socket' ? {} : { provider: () => dev.provider() }
      const chain = await openBittensor({ endpoint: server.url, timeoutMs: TIMEOUT_MS, ...where, ...options })
      opened.unshift(chain)
      return chain
    },
    miner() {
      const key = devKeypair(`//Miner${miners++}`)
      node.register(NETUID, key.address)
      node.produceBlocks(FINALITY_LAG + 1)
      return key
    },
    async [Symbol.asyncDispose]() {
      await close()
      await dev[Symbol.asyncDispose]()
      if (failures.length > 0) throw new AggregateError(failures, String(failures[0]))
    },
  }
}

/** A text that the chain reveals by itself, two blocks later. */
export async function timelocked(chain: Bittensor, text: string | Uint8Array): Promise<Data> {
  const beacon = await chain.beacon()
  const round = revealRoundFor({ now: (await chain.head()).time, blocks: FINALITY_LAG + 3, pace: beacon })
  const payload = typeof text === 'string' ? encodePayload(text) : text
  const encrypted = encrypt(payload, { round, publicKey: beacon.publicKey })
  return { kind: 'timelock', encrypted, revealRound: BigInt(round) }
}

/** Has texts revealed one after the other, and comes back when the chain shows all of them. */
export async function reveal(world: World, chain: Bittensor, key: Keypair, texts: readonly (string | Uint8Array)[]) {
  for (const text of texts) {
    await chain.setCommitment(key, NETUID, [await timelocked(chain, text)])
    while ((await chain.commitment(NETUID, key.address)) !== undefined) world.node.produceBlocks(1)
  }
}

/** Goes on to an epoch of which most blocks are still to come. */
export async function freshEpoch(world: World, chain: Bittensor): Promise<void> {
  for (;;) {
    const { block, epochs } = await chain.hyperparameters(NETUID)
    if (nextEpochBlock(epochs, block)! - block > epochs.tempo - FINALITY_LAG - 2) return
    world.node.produceBlocks(1)
  }
}

/** Waits for what happens by itself. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve))
}
