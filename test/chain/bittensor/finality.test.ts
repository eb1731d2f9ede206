import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Connection } from '../../../src/chain/bittensor/connection.ts'
import { Reader } from '../../../src/chain/bittensor/reader.ts'
import { openSocket } from '../../../src/chain/bittensor/socket-link.ts'
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

  it('is an archive for old state, which a node is not: others say so', async () => {
    await using pruning = await world({ keepStates: 3 })
    const chain = await pruning.open()
    const { number } = await chain.head()
    pruning.node.produceBlocks(10)
    const old = chain.reveals(NETUID, number)
    await expect(old).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(`state of block ${number}`),
      hint: expect.stringContaining('archive'),
      retryable: false,
    })
    expect(await chain.randomness({ kind: 'block', block: number })).toBeDefined()
  })

  it('is an archive for old state where the network has one', async () => {
    await using old = await world({ keepStates: 3 })
    await using full = await world()
    expect(old.node.genesisHash).toBe(full.node.genesisHash)
    for (const { node } of [old, full]) node.produceBlocks(20)
    const connect = (url: string) =>
      new Connection({
        network: 'dev',
        nodes: [{ endpoint: url, open: (ms) => openSocket(url, url, ms) }],
        genesisHash: undefined,
        timeoutMs: 60_000,
      })
    await using connection = connect(old.url)
    await using archive = connect(full.url)
    const network = { name: 'dev', endpoints: [], archives: [full.url], genesis: undefined }
    const reader = new Reader({ network, connection, archive, finality: 'finalized' })
    expect(full.endpoint.clients).toBe(0)
    expect(await reader.block(4)).toMatchObject({ hash: full.node.hashOf(4) })
    expect(full.endpoint.clients).toBe(1)
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
