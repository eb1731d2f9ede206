import { createRequire } from 'node:module'
import type * as UtilCrypto from '@polkadot/util-crypto'
import { describe, expect, it } from 'vitest'
import { verifyPulse } from '../../../src/chain/timelock/pulse.ts'
import { cpuMs } from '../../support/cpu-time.ts'
import { alice, bob, hexOf, NETUID, raw, refusal, START, smallWorld } from './small-world.ts'

const { blake2AsHex }: typeof UtilCrypto = createRequire(import.meta.url)('@polkadot/util-crypto')
const BLOCK_MS = 12_000

describe('blocks', () => {
  it('come with the clock, one in every slot', async () => {
    const { node, clock, read } = await smallWorld({ manual: false })
    expect(node.head().number).toBe(2)
    expect(read('Timestamp.Now')).toBe(START.getTime())
    clock.advance(BLOCK_MS - 1)
    node.catchUp()
    expect(node.head().number).toBe(2)
    clock.advance(1)
    node.catchUp()
    expect(node.head().number).toBe(3)
    clock.advance(10 * BLOCK_MS + 500)
    node.catchUp()
    expect([node.head().number, read('System.Number')]).toEqual([13, 13])
    expect(read('Timestamp.Now')).toBe(START.getTime() + 11 * BLOCK_MS)
  })

  it('come when they are asked for, at the times that they are given', async () => {
    const { node, clock, read } = await smallWorld()
    clock.advance(1_000_000)
    node.catchUp()
    expect(node.head().number).toBe(2)
    node.setTime(START.getTime() + 100_000)
    expect(node.produceBlocks(1).number).toBe(3)
    expect(read('Timestamp.Now')).toBe(START.getTime() + 100_000)
    node.produceBlocks(2)
    expect(read('Timestamp.Now')).toBe(START.getTime() + 100_000 + 2 * BLOCK_MS)
    expect(refusal(() => node.setTime(START.getTime()))).toMatchObject({ code: -32000 })
  })

  it('are hashed as clients hash them, each on the one before', async () => {
    const { node } = await smallWorld()
    node.produceBlocks(3)
    for (let number = 3; number <= node.head().number; number++) {
      const { hash, header } = node.block(node.hashOf(number)!)!
      const encoded = node.runtime.create('Header', header).toU8a()
      expect(blake2AsHex(encoded)).toBe(hash)
      expect(header.parentHash).toBe(node.hashOf(number - 1))
    }
    expect(node.hashOf(0)).toBe(node.genesisHash)
    expect(node.block(node.hashOf(1)!)?.header.parentHash).toBe(node.genesisHash)
    expect(node.hashOf(99)).toBeUndefined()
  })

  it('may begin high up', async () => {
    const { node, read, run, call } = await smallWorld({ genesis: { firstBlock: 6_000_000 } })
    expect(node.head().number).toBe(6_000_000)
    expect(node.hashOf(5_999_999)).toBe(node.head().header.parentHash)
    expect([node.hashOf(5_999_998), node.hashOf(1)]).toEqual([undefined, undefined])
    expect(run(bob, call('System.remark', '0x'), { period: 32 }).error).toBeUndefined()
    expect(read('SubtensorModule.LastEpochBlock', NETUID)).toBe(6_000_000)
  })

  it('are the same of the same seed, and others of another', async () => {
    const hashes = await Promise.all(
      ['a', 'a', 'b'].map(async (seed) => {
        const { node, run, call } = await smallWorld({ genesis: { seed } })
        // Signatures differ from one time to the next: what is compared has none.
        node.endow(alice.address, 5n)
        const head = node.produceBlocks(30)
        expect(run(bob, call('System.remark', hexOf('x'))).error).toBeUndefined()
        return [node.genesisHash, head.hash]
      }),
    )
    expect(hashes[0]).toEqual(hashes[1])
    expect(hashes[0]![0]).not.toBe(hashes[2]![0])
    expect(hashes[0]![1]).not.toBe(hashes[2]![1])
  })

  it('begin with the inherent that sets their time, and idle ones hold no other event', async () => {
    const { node, eventsOf } = await smallWorld()
    const { hash } = node.produceBlocks(1)
    const [inherent, ...others] = node.extrinsicsOf(hash)
    expect(others).toEqual([])
    const { method } = node.runtime.registry.createType('Extrinsic', inherent)
    expect([method.section, method.method, method.args[0]!.toJSON()]).toEqual([
      'timestamp',
      'set',
      START.getTime() + BLOCK_MS,
    ])
    expect(eventsOf(hash)).toMatchObject([{ extrinsic: 0, name: 'system.ExtrinsicSuccess' }])
  })

  it('are many in no time while nothing happens', async () => {
    const { node, clock, read, call } = await smallWorld({ manual: false })
    node.submit((await smallWorld()).sign(bob, call('Commitments.set_commitment', NETUID, { fields: [raw('x')] })))
    clock.advance(20_000 * BLOCK_MS)
    expect(await cpuMs(() => node.catchUp())).toBeLessThan(20_000)
    expect(node.head().number).toBe(20_002)
    // Their epochs ran, and the commitment is in the first of them.
    expect(read('SubtensorModule.SubnetEpochIndex', NETUID)).toBe(Math.floor(20_000 / 360))
    expect(read('Commitments.LastCommitment', NETUID, bob.address)).toBe(3)
    expect(read('SubtensorModule.BlocksSinceLastStep', NETUID)).toBe(20_000 % 360)
  })
})

it('a chain that was left alone for months goes on from now', async () => {
  const { node, clock, read } = await smallWorld({ manual: false })
  clock.advance(600_000 * BLOCK_MS + 5)
  node.catchUp()
  expect(node.head().number).toBe(2)
  clock.advance(BLOCK_MS)
  node.catchUp()
  expect(node.head().number).toBe(3)
  expect(read('Timestamp.Now')).toBe(START.getTime() + 600_001 * BLOCK_MS)
})

describe('the state', () => {
  it('of every block can be read, and nothing of the future is in it', async () => {
    const { node, readAt, run, call } = await smallWorld()
    const before = node.head()
    for (const text of ['one', 'two']) {
      run(bob, call('Commitments.set_commitment', NETUID, { fields: [raw(text)] }))
      node.produceBlocks(2)
    }
    const textAt = (number: number) =>
      (readAt(node.hashOf(number)!, 'Commitments.CommitmentOf', NETUID, bob.address) as Held | null)?.info.fields[0]
    expect(Array.from({ length: 7 }, (_, at) => textAt(before.number + at))).toEqual([
      undefined,
      ...Array(3).fill({ raw3: hexOf('one') }),
      ...Array(3).fill({ raw3: hexOf('two') }),
    ])
    expect(refusal(() => node.storage('0x', `0x${'00'.repeat(32)}`))).toMatchObject({ code: 4003 })
  })

  it('knows the hashes of the blocks before', async () => {
    const { node, read } = await smallWorld()
    node.produceBlocks(5)
    expect(read('System.BlockHash', 5)).toBe(node.hashOf(5))
    expect(read('System.BlockHash', 0)).toBe(node.genesisHash)
    expect(read('System.ParentHash')).toBe(node.hashOf(6))
    const head = node.head().number
    expect(node.storage(node.runtime.entry('System.BlockHash')!.key(head), node.head().hash)).toBeUndefined()
  })

  it('has every pulse that is public by then, and none that is not', async () => {
    const { node, read } = await smallWorld()
    node.produceBlocks(5)
    const { publicKey, period, genesisTime } = read('Drand.BeaconConfig') as Record<string, number | string>
    expect([period, genesisTime]).toEqual([3, START.getTime() / 1000])
    const last = Number(read('Drand.LastStoredRound'))
    expect(last).toBe((5 * BLOCK_MS) / 3000 + 1)
    for (const round of [1, 2, last]) {
      const pulse = read('Drand.Pulses', round) as { round: number; signature: string; randomness: string }
      expect(pulse.round).toBe(round)
      expect(verifyPulse(round, pulse.signature, pulse.randomness, String(publicKey))).toBe(true)
    }
    expect([read('Drand.Pulses', 0), read('Drand.Pulses', last + 1)]).toEqual([null, null])
    const entry = node.runtime.entry('Drand.Pulses')!
    const keys = node.keys(entry.prefix, node.head().hash)
    expect(keys.map((key) => Number(entry.partsOf(key)[0])).sort((a, b) => a - b)).toEqual(
      Array.from({ length: last }, (_, at) => at + 1),
    )
    expect(keys).toEqual([...keys].sort())
  })

  it('lists keys by any prefix, in order', async () => {
    const { node } = await smallWorld()
    const entry = node.runtime.entry('SubtensorModule.Keys')!
    const { hash } = node.head()
    const keys = node.keys(entry.prefixOf(NETUID), hash)
    expect(keys).toEqual([0, 1, 2, 3, 4].map((uid) => entry.key(NETUID, uid)))
    expect(node.keys(entry.prefixOf(18), hash)).toEqual([])
    const all = node.keys('0x', hash)
    expect(all).toEqual([...new Set(all)].sort())
    expect(all).toEqual(expect.arrayContaining([...keys, node.runtime.entry('Timestamp.Now')!.key()]))
    for (const key of all) expect(node.storage(key, hash)).toBeDefined()
  })
})

interface Held {
  readonly info: { readonly fields: readonly object[] }
}

describe('the owner of the chain', () => {
  it('endows, registers and writes, as of the next block', async () => {
    const { node, read, eventsOf } = await smallWorld()
    const entry = node.runtime.entry('SubtensorModule.Tempo')!
    node.endow(bob.address, 7n)
    node.register(NETUID, `0x${'11'.repeat(32)}`, bob.address)
    node.setStorage(entry.key(NETUID), entry.encode(99))
    expect(read('SubtensorModule.Tempo', NETUID)).toBe(360)
    node.produceBlocks(1)
    expect(read('SubtensorModule.Tempo', NETUID)).toBe(99)
    expect(read('System.Account', bob.address)).toMatchObject({ data: { free: 1_000_000_000_000_007 } })
    expect(read('SubtensorModule.SubnetworkN', NETUID)).toBe(6)
    expect(eventsOf().map(({ name }) => name)).toContain('subtensorModule.NeuronRegistered')
    node.setStorage(entry.key(NETUID), undefined)
    node.produceBlocks(1)
    expect(node.storage(entry.key(NETUID), node.head().hash)).toBeUndefined()
  })

  it('hears at once what the runtime does not let happen', async () => {
    const { node } = await smallWorld()
    expect(refusal(() => node.register(NETUID, bob.address)).message).toContain('HotKeyAlreadyRegisteredInSubNet')
    expect(refusal(() => node.register(18, bob.address)).message).toContain('SubnetNotExists')
    expect(refusal(() => node.endow('nobody', 1n))).toMatchObject({ code: -32602 })
    const tempo = node.runtime.entry('SubtensorModule.Tempo')!.key(NETUID)
    expect(refusal(() => node.setStorage(tempo, '0x123456'))).toMatchObject({ code: -32602 })
    node.register(NETUID, `0x${'11'.repeat(32)}`)
    expect(refusal(() => node.register(NETUID, `0x${'11'.repeat(32)}`)).code).toBe(-32000)
  })

  it('stalls the chain; slots that pass are lost', async () => {
    const { node, clock, read } = await smallWorld({ manual: false })
    node.stall(true)
    clock.advance(5 * BLOCK_MS + 1)
    node.catchUp()
    expect(node.head().number).toBe(2)
    node.stall(false)
    node.catchUp()
    expect(node.head().number).toBe(2)
    clock.advance(BLOCK_MS)
    node.catchUp()
    expect(node.head().number).toBe(3)
    expect(read('Timestamp.Now')).toBe(START.getTime() + 6 * BLOCK_MS)
  })
})
