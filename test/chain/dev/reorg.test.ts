import { describe, expect, it } from 'vitest'
import { addressOf, devKeypair } from '../../../src/chain/dev/dev-keys.ts'
import type { Hex } from '../../../src/chain/dev/substrate-node.ts'
import { alice, bob, NETUID, raw, refusal, smallWorld } from './small-world.ts'

const world = () => smallWorld({ finalityLag: 5 })

describe('a reorganisation', () => {
  it('leaves blocks for one more others', async () => {
    const { node } = await world()
    node.produceBlocks(4)
    const heads: number[] = []
    node.on('head', ({ number }) => heads.push(number))
    const [fork, left, head] = [node.hashOf(3), node.hashOf(4), node.head()]
    const now = node.reorg(3)
    expect(now.number).toBe(head.number + 1)
    expect(heads).toEqual([now.number])
    expect(node.hashOf(3)).toBe(fork)
    expect(node.hashOf(4)).not.toBe(left)
    expect(node.block(head.hash)).toBe(head)
    expect(node.extrinsicsOf(head.hash)).toHaveLength(1)
  })

  it('loses no extrinsic, and carries each out once', async () => {
    const { node, call, sign, read, statuses } = await world()
    const commit = (text: string) => call('Commitments.set_commitment', NETUID, { fields: [raw(text)] })
    node.produceBlocks(2)
    const hashes: Hex[] = []
    for (const [at, who] of [alice, bob, alice].entries()) {
      hashes.push(node.submit(sign(who, commit(`text ${at}`))))
      node.produceBlocks(1)
    }
    const inBlocks = [5, 6, 7].map((number) => node.hashOf(number)!)
    const before = node.head().hash
    node.reorg(3)
    expect(read('Commitments.CommitmentOf', NETUID, bob.address)).toBeNull()
    expect(node.pending()).toHaveLength(3)
    // The state of the branch that was left is still there.
    const entry = node.runtime.entry('Commitments.CommitmentOf')!
    const key = entry.key(NETUID, bob.address)
    expect(node.storage(key, before)).toBeDefined()
    expect(node.keys(entry.prefixOf(NETUID), before)).toHaveLength(2)
    expect(node.keys(entry.prefixOf(NETUID), node.head().hash)).toHaveLength(0)

    const { hash } = node.produceBlocks(1)
    expect(node.extrinsicsOf(hash)).toHaveLength(4)
    node.produceBlocks(6)
    for (const [at, each] of hashes.entries()) {
      expect(statuses.filter(([of]) => of === each).map(([, status]) => status)).toEqual([
        'ready',
        { inBlock: inBlocks[at] },
        { retracted: inBlocks[at] },
        { inBlock: hash },
        { finalized: hash },
      ])
    }
    expect(read('System.Account', alice.address)).toMatchObject({ nonce: 2 })
  })

  it('may drop what was in the blocks that it leaves', async () => {
    const { node, call, sign, read, statuses } = await world()
    const hash = node.submit(sign(bob, call('Commitments.set_commitment', NETUID, { fields: [raw('x')] })))
    const block = node.produceBlocks(1)
    node.reorg(1, true)
    node.produceBlocks(5)
    expect(read('Commitments.CommitmentOf', NETUID, bob.address)).toBeNull()
    expect(statuses.filter(([of]) => of === hash).at(-1)?.[1]).toEqual({ retracted: block.hash })
  })

  it('ends what was signed for a block of the branch that it leaves', async () => {
    const { node, call, sign, statuses } = await world()
    node.produceBlocks(3)
    const commit = call('Commitments.set_commitment', NETUID, { fields: [raw('x')] })
    const hash = node.submit(sign(bob, commit, { period: 32 }))
    node.produceBlocks(1)
    node.reorg(2)
    expect(statuses.filter(([of]) => of === hash).at(-1)?.[1]).toBe('invalid')
    expect(node.pending()).toEqual([])
  })

  it('does again what the owner of the chain did', async () => {
    const { node, read } = await world()
    const key = devKeypair('//New').address
    node.register(NETUID, key)
    node.endow(key, 500n)
    node.produceBlocks(1)
    node.reorg(1)
    expect(read('SubtensorModule.Uids', NETUID, key)).toBeNull()
    node.produceBlocks(1)
    expect(read('SubtensorModule.Uids', NETUID, addressOf('//New'))).toBe(5)
    expect(read('System.Account', key)).toMatchObject({ data: { free: 500 } })
  })

  it('takes back no final block', async () => {
    const { node } = await world()
    node.produceBlocks(9)
    const final = node.finalizedHead()
    expect(final.number).toBe(node.head().number - 5)
    expect(refusal(() => node.reorg(6))).toMatchObject({ code: -32000 })
    expect(refusal(() => node.reorg(0))).toMatchObject({ code: -32000 })
    node.reorg(5)
    expect(node.block(final.hash)).toBe(final)
    expect(node.hashOf(final.number)).toBe(final.hash)
  })

  it('has pending extrinsics stay where they are', async () => {
    const { node, call, sign, read } = await world()
    node.produceBlocks(1)
    node.submit(sign(bob, call('Commitments.set_commitment', NETUID, { fields: [raw('x')] })))
    node.reorg(1)
    node.produceBlocks(1)
    expect(read('Commitments.CommitmentOf', NETUID, bob.address)).not.toBeNull()
  })
})

describe('finality', () => {
  it('follows the head at its distance, and tells of the last only', async () => {
    const { node } = await smallWorld({ finalityLag: 2 })
    const final: number[] = []
    node.on('finalized', ({ number }) => final.push(number))
    expect(node.finalizedHead().number).toBe(2)
    node.produceBlocks(1)
    expect(final).toEqual([])
    node.produceBlocks(2)
    node.produceBlocks(3)
    expect(final).toEqual([3, 6])
    expect(node.finalizedHead().number).toBe(6)
  })

  it('may come at once', async () => {
    const { node, run, call, statuses } = await smallWorld({ finalityLag: 0 })
    run(bob, call('System.remark', '0x'))
    expect(node.finalizedHead()).toBe(node.head())
    expect(statuses.map(([, status]) => status)).toEqual([
      'ready',
      { inBlock: node.head().hash },
      { finalized: node.head().hash },
    ])
  })
})
