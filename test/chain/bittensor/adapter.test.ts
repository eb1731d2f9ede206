import { afterAll, beforeAll, describe } from 'vitest'
import type { Bittensor } from '../../../src/chain/bittensor/bittensor.ts'
import { devMetadata } from '../../../src/chain/dev/metadata/index.ts'
import { chainContract } from '../contract.ts'
import { subnetsContract } from './subnets-contract.ts'
import { transactionsContract } from './transactions-contract.ts'
import { NETUID, reveal, type Transport, type World, world } from './world.ts'

/** The adapter and the dev chain, on both ways to it: one real WebSocket, one without any. */
describe.each<Transport>(['socket', 'in process'])('Bittensor, %s', (transport) => {
  const worlds: { world: World; chain: Bittensor }[] = []
  beforeAll(async () => {
    for (const commitRevealWeights of [false, true]) {
      const made = await world({ genesis: { subnets: [{ commitRevealWeights, tempo: 20 }] } })
      worlds.push({ world: made, chain: await made.open({}, transport) })
    }
  })
  afterAll(async () => {
    for (const { world } of worlds) await world[Symbol.asyncDispose]()
  })

  chainContract('Bittensor', async () => {
    const { world, chain } = worlds[0]!
    const { publicKey, lastRound } = await chain.beacon()
    return {
      chain,
      netuid: NETUID,
      drand: { publicKey, past: lastRound, future: lastRound + 1_000_000 },
      async reveal(texts) {
        const miner = world.miner()
        await reveal(world, chain, miner, texts)
        return { hotkey: miner.address }
      },
    }
  })
  subnetsContract('Bittensor', async () => worlds[0]!)
  transactionsContract('Bittensor', async (commitReveal) => worlds[commitReveal ? 1 : 0]!)
})

/** Of which the library tells no runtime APIs: everything is read from storage. */
describe('Bittensor, from a node with metadata of version 14', () => {
  let made: World
  let chain: Bittensor
  beforeAll(async () => {
    made = await world({ metadata: [devMetadata(14)], genesis: { subnets: [{ tempo: 20 }] } })
    chain = await made.open()
  })
  afterAll(() => made[Symbol.asyncDispose]())

  subnetsContract('Bittensor', async () => ({ world: made, chain }))
})
