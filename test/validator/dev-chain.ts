import { join } from 'node:path'
import { openBittensor } from '../../src/chain/bittensor/open.ts'
import { DevNode } from '../../src/chain/dev/dev-node.ts'
import type { DevGenesisInput } from '../../src/chain/dev/genesis.ts'
import { Endpoint } from '../../src/chain/dev/rpc/endpoint.ts'
import { serve } from '../../src/chain/dev/server.ts'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import type { Config, Leaders } from '../../src/state/index.ts'
import { WeightsRecord } from '../../src/validator/weights-record.ts'
import { type TurnOptions, weightsTurn } from '../../src/validator/weights-turn.ts'
import { START } from '../support/competition.ts'
import { Crown, challenger, entry, leader, owner, validator } from './support.ts'

const BLOCK_MS = 12_000
const FINALITY_LAG = 1
export const TEMPO = 60

type Subnet = NonNullable<DevGenesisInput['subnets']>[number]
export type DevChain = Awaited<ReturnType<typeof devChain>>

type Seat = NonNullable<Subnet['neurons']>[number]

export const seats = (ofValidator: Partial<Seat> = { validatorPermit: true }): Seat[] => [
  ...[owner, leader, challenger].map(({ address: hotkey }) => ({ hotkey })),
  { hotkey: validator.address, stake: 1_000_000_000n, ...ofValidator },
]

/**
 * A dev chain behind a real socket, in virtual time. uids: owner 0, leader 1, challenger 2, validator 3. Blocks come when a test
 * says so, and as many as it takes to make final whatever was sent.
 */
export async function devChain(subnets: readonly Subnet[] = [{}]) {
  const clock = new VirtualClock(START, { autoAdvance: true })
  const usual: Subnet = { owner: owner.address, neurons: seats(), tempo: TEMPO, weightsRateLimit: 10 }
  const genesis = { seed: 'weights', subnets: subnets.map((each) => ({ ...usual, ...each })) }
  const node = await DevNode.open({ clock, finalityLag: FINALITY_LAG, genesis })
  const endpoint = new Endpoint(node, { clock, onFailure: (error) => process.stderr.write(`${error}\n`) })
  const server = await serve(endpoint, { port: 0 })
  const mine = (blocks: number) => {
    clock.advance(blocks * BLOCK_MS)
    node.catchUp()
  }
  let sent = 0
  node.on('extrinsic', (_hash, status) => {
    if (status !== 'ready') return
    sent += 1
    setImmediate(() => mine(1 + FINALITY_LAG))
  })
  return {
    clock,
    node,
    endpoint,
    url: server.url,
    mine,
    sent: () => sent,
    /** Of the head. */
    block: () => node.head().number,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      node[Symbol.dispose]()
    },
  }
}

/** With a competition, and a validator that is connected. */
export async function devScene(leaders: Leaders = [entry(leader)], subnet: Subnet = {}, config: Partial<Config> = {}) {
  const crown = await Crown.make(leaders, config)
  const dev = await devChain([subnet])
  const chain = await openBittensor({ endpoint: dev.url })
  const record = new WeightsRecord(join(crown.dir, 'state', 'weights.json'))
  const options: TurnOptions = { repo: crown.repo, chain, hotkey: validator, recordOf: () => record }
  return {
    ...dev,
    crown,
    chain,
    turn: (changes: Partial<TurnOptions> = {}) => weightsTurn({ ...options, ...changes }),
    shown: () => chain.weights(17, 3),
    async [Symbol.asyncDispose]() {
      await chain[Symbol.asyncDispose]()
      await dev[Symbol.asyncDispose]()
      await crown[Symbol.asyncDispose]()
    },
  }
}
