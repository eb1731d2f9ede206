import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { Connection } from '../../../src/chain/bittensor/connection.ts'
import { Runtimes } from '../../../src/chain/bittensor/runtime.ts'
import { type Node, openSession, type Session } from '../../../src/chain/bittensor/session.ts'
import { signExtrinsic } from '../../../src/chain/bittensor/signed-extrinsic.ts'
import { openSocket } from '../../../src/chain/bittensor/socket-link.ts'
import { Submission } from '../../../src/chain/bittensor/submission.ts'
import { encodeInfo, plainData } from '../../../src/chain/commitment-data.ts'
import type { PrankRequest } from '../../../src/chain/dev/mischief.ts'
import type { Keypair } from '../../../src/wallet/keypair.ts'
import { NETUID, until, type World, world } from './world.ts'

const SUBMIT = 'author_submitAndWatchExtrinsic'
const fields = [plainData(new Uint8Array([1, 2, 3]))]

describe('a submission', () => {
  let made: World
  let byHand: World
  let miner: Keypair
  let key: Keypair
  beforeAll(async () => {
    made = await world()
    byHand = await world({ byHand: true })
  })
  beforeEach(() => {
    miner = made.miner()
    key = byHand.miner()
  })
  afterEach(async () => {
    for (const { endpoint, close } of [made, byHand]) {
      endpoint.mischief.stop()
      await close()
    }
  })
  afterAll(async () => {
    await made[Symbol.asyncDispose]()
    await byHand[Symbol.asyncDispose]()
  })

  /** How often the chain took something of the miner's. */
  const taken = () => made.node.nextIndex(miner.address)

  it.each<[string, PrankRequest]>([
    ['the connection is lost before the node has it', { kind: 'disconnect', method: SUBMIT, times: 1 }],
    ['the connection is lost when the node has it', { kind: 'disconnect', method: SUBMIT, when: 'after', times: 1 }],
    ['the node never answers', { kind: 'silent', method: SUBMIT, times: 1 }],
    ['the node fails', { kind: 'error', method: SUBMIT, times: 1 }],
    [
      'the connection is lost while it waits',
      { kind: 'disconnect', method: 'chain_getFinalizedHead', after: 2, times: 1 },
    ],
    ['the connection is lost while its block is read', { kind: 'disconnect', method: 'chain_getBlock', times: 1 }],
    [
      'the connection is lost while its events are read',
      { kind: 'disconnect', method: 'state_queryStorageAt', times: 2 },
    ],
    ['the nonce is told too low', { kind: 'nonce', by: -1, times: 1 }],
  ])('is included once when %s', async (_, prank) => {
    const chain = await made.open(prank.kind === 'silent' ? { timeoutMs: 1000 } : {})
    if (prank.kind === 'nonce') await chain.setCommitment(miner, NETUID, fields)
    const before = taken()
    made.endpoint.mischief.play(prank)
    const receipt = await chain.setCommitment(miner, NETUID, fields)
    expect(taken()).toBe(before + 1)
    expect((await chain.commitment(NETUID, miner.address))?.block).toBe(receipt.blockNumber)
    expect(made.node.hashOf(receipt.blockNumber)).toBe(receipt.blockHash)
  })

  it('is found by looking when the node forgets to tell', async () => {
    const chain = await byHand.open()
    const receipt = chain.setCommitment(key, NETUID, fields)
    await until(() => byHand.node.pending().length === 1)
    byHand.endpoint.disconnectAllBut()
    byHand.node.produceBlocks(4)
    expect((await receipt).blockNumber).toBeLessThanOrEqual(byHand.node.finalizedHead().number)
    expect(byHand.node.nextIndex(key.address)).toBe(1)
  })

  it('ends in the block that is final when the first one is taken back', async () => {
    const chain = await byHand.open()
    const receipt = chain.setCommitment(key, NETUID, fields)
    await until(() => byHand.node.pending().length === 1)
    const first = byHand.node.produceBlocks(1)
    byHand.node.reorg(1)
    byHand.node.produceBlocks(4)
    const { blockHash, blockNumber } = await receipt
    expect(blockHash).not.toBe(first.hash)
    expect(blockHash).toBe(byHand.node.hashOf(blockNumber))
    expect(byHand.node.nextIndex(key.address)).toBe(1)
  })

  it('is sent again when its block is taken back and nobody has it any more', async () => {
    const chain = await byHand.open()
    const receipt = chain.setCommitment(key, NETUID, fields)
    await until(() => byHand.node.pending().length === 1)
    byHand.node.produceBlocks(1)
    byHand.node.reorg(1, true)
    byHand.endpoint.disconnectAllBut()
    await until(() => byHand.node.pending().length === 1)
    byHand.node.produceBlocks(4)
    await receipt
    expect(byHand.node.nextIndex(key.address)).toBe(1)
  })

  it('is over for good when its time has passed without it', async () => {
    const chain = await byHand.open()
    byHand.endpoint.mischief.play({ kind: 'disconnect', method: SUBMIT })
    const receipt = chain.setCommitment(key, NETUID, fields)
    const refused = expect(receipt).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('never will be'),
      hint: expect.stringContaining('repeat'),
      retryable: true,
    })
    await until(() => byHand.endpoint.clients === 0)
    byHand.node.produceBlocks(40)
    await refused
    expect(byHand.node.nextIndex(key.address)).toBe(0)
  })

  it('leaves nobody in doubt about what is not known', async () => {
    await using connection = new Connection({
      network: 'dev',
      nodes: [node()],
      genesisHash: undefined,
      timeoutMs: 60_000,
    })
    const extrinsic = await signed(await connection.session(), key)
    const options = { connection, extrinsic, what: 'a.call', timeoutMs: 60_000 }
    const submit = () => new Submission({ ...options, until: performance.now() + 500 }).untilFinal()
    // Its time is over as soon as the node has it.
    const now = performance.now.bind(performance)
    let began = now()
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
      if (byHand.node.pending().length === 0) return began
      began = now()
      return began + 1000
    })
    onTestFinished(() => clock.mockRestore())
    await expect(submit()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('nobody knows'),
      where: `a.call ${extrinsic.hash}`,
      hint: expect.stringMatching(
        new RegExp(`in blocks ${extrinsic.birth + 1} to ${extrinsic.death} and in no others`),
      ),
      retryable: false,
    })
    connection.drop(await connection.session())
    byHand.endpoint.mischief.play({ kind: 'disconnect' })
    await expect(submit()).rejects.toMatchObject({ hint: expect.stringContaining('never sent'), retryable: true })
  })

  it('is refused at once by what the pool knows, and nothing is sent again', async () => {
    const chain = await made.open()
    const error = { kind: 'error', method: SUBMIT, code: 1010, message: 'Invalid Transaction' } as const
    made.endpoint.mischief.play({ ...error, data: 'Custom error: 10', times: 1 })
    await expect(chain.setCommitment(miner, NETUID, fields)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('not registered'),
      where: 'commitments.setCommitment',
    })
    expect(taken()).toBe(0)
    await chain.setCommitment(miner, NETUID, fields)
  })

  it('gives way when another transaction of the account took its place', async () => {
    const chain = await byHand.open()
    const session = await openSession(node(), 60_000, new Runtimes())
    const other = await signed(session, key)
    byHand.endpoint.mischief.play({ kind: 'disconnect', method: SUBMIT, times: 1 })
    byHand.endpoint.mischief.play({ kind: 'error', method: SUBMIT })
    const lost = expect(chain.setCommitment(key, NETUID, fields)).rejects.toMatchObject({
      code: 'refused',
      hint: expect.stringContaining('took its place'),
      retryable: true,
    })
    await until(() => byHand.endpoint.clients === 1)
    await session.link.send('author_submitExtrinsic', [other.hex])
    session.link.close()
    byHand.node.produceBlocks(4)
    await lost
    expect(byHand.node.nextIndex(key.address)).toBe(1)
  })

  const node = (): Node => ({ endpoint: byHand.url, open: (ms) => openSocket(byHand.url, byHand.url, ms) })

  const signed = async (session: Session, by: Keypair) => {
    const { tx } = await session.runtime()
    return signExtrinsic(session, by, tx.commitments!.setCommitment!(NETUID, encodeInfo([])))
  }
})
