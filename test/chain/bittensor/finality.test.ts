import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { plainData } from '../../../src/chain/commitment-data.ts'
import { NETUID, reveal, type World, world } from './world.ts'

describe('where the chain is read', () => {
  let made: World
  beforeAll(async () => {
    made = await world()
  })
  afterEach(async () => {
    made.endpoint.mischief.stop()
    await made.close()
  })
  afterAll(() => made[Symbol.asyncDispose]())

  it('is its final part, so that a reorganisation changes nothing that was read', async () => {
    const chain = await made.open()
    const miner = made.miner()
    await reveal(made, chain, miner, ['one', 'two'])
    made.node.produceBlocks(2)
    const head = await chain.head()
    expect(head.hash).toBe(made.node.finalizedHead().hash)
    const read = async () => ({
      reveals: await chain.reveals(NETUID, head.number),
      registrations: await chain.registrations(NETUID, head.number),
      metagraph: await chain.metagraph(NETUID, head.number),
      hash: await chain.randomness({ kind: 'block', block: head.number }),
    })
    const before = await read()
    const best = made.node.head().hash
    made.node.reorg(2)
    expect(made.node.head().hash).not.toBe(best)
    expect(await read()).toEqual(before)
    // Read in pieces while the branch changes: all of one block all the same.
    const during = chain.metagraph(NETUID)
    made.node.reorg(1)
    expect((await during).block.hash).toBe(made.node.hashOf((await during).block.number))
    await expect(chain.block(made.node.head().number)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is the best block for those who ask for it, which may be taken back', async () => {
    const chain = await made.open({ finality: 'best' })
    const head = await chain.head()
    expect(head.hash).toBe(made.node.head().hash)
    made.node.reorg(1)
    expect(await chain.block(head.number)).not.toEqual(head)
    expect((await chain.head()).hash).toBe(made.node.head().hash)
  })

  it('is where it was when another node is behind', async () => {
    const chain = await made.open()
    const { number } = await chain.head()
    made.endpoint.mischief.play({ kind: 'error', method: 'chain_getFinalizedHead', message: 'behind', times: 2 })
    await expect(chain.head()).rejects.toMatchObject({ code: 'unavailable' })
    expect((await chain.block(number)).number).toBe(number)
  })

  it('is an archive for old state, which a node is not', async () => {
    const chain = await made.open()
    const { number } = await chain.head()
    const message = 'Client error: UnknownBlock: State already discarded for 0x00'
    made.endpoint.mischief.play({ kind: 'error', code: 4003, method: 'state_getRuntimeVersion', message })
    await expect(chain.reveals(NETUID, number - 1)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(`state of block ${number - 1}`),
      hint: expect.stringContaining('archive'),
      retryable: false,
    })
  })

  it('shows what was set when its receipt is there', async () => {
    const chain = await made.open()
    const miner = made.miner()
    const { blockNumber } = await chain.setCommitment(miner, NETUID, [plainData(new Uint8Array([1]))])
    expect((await chain.head()).number).toBeGreaterThanOrEqual(blockNumber)
    expect((await chain.commitment(NETUID, miner.address, blockNumber))?.block).toBe(blockNumber)
    expect(await chain.commitment(NETUID, miner.address, blockNumber - 1)).toBeUndefined()
  })
})
