import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import type { Bittensor } from '../../../src/chain/bittensor/bittensor.ts'
import { subnetsContract } from './subnets-contract.ts'
import { transactionsContract } from './transactions-contract.ts'
import { type World, world } from './world.ts'

const path = join(import.meta.dirname, '../../../../shared/data/subtensor-424-v16.scale')

// Public data, and no part of this repository.
if (!existsSync(path)) console.log(`skipped: no ${path}`)

/** The same as with metadata of our own making: calls, types and errors are found by name. */
describe.skipIf(!existsSync(path))('Bittensor, with the metadata of a real runtime', () => {
  const worlds: { world: World; chain: Bittensor }[] = []
  beforeAll(async () => {
    const metadata = [readFileSync(path)]
    for (const commitRevealWeights of [false, true]) {
      const made = await world({ metadata, genesis: { subnets: [{ commitRevealWeights, tempo: 20 }] } })
      worlds.push({ world: made, chain: await made.open({}, 'in process') })
    }
  })
  afterAll(async () => {
    for (const { world } of worlds) await world[Symbol.asyncDispose]()
  })

  subnetsContract('Bittensor', async () => worlds[0]!)
  transactionsContract('Bittensor', async (commitReveal) => worlds[commitReveal ? 1 : 0]!)
})
