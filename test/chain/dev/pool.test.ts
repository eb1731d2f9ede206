import { createRequire } from 'node:module'
import type * as UtilCrypto from '@polkadot/util-crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { devKeypair } from '../../../src/chain/dev/dev-keys.ts'
import type { Hex } from '../../../src/chain/dev/substrate-node.ts'
import { alice, bob, hexOf, invalid, NETUID, raw, refusal, type SmallWorld, smallWorld } from './small-world.ts'

const {
  blake2AsU8a,
  ed25519PairFromSeed,
  ed25519Sign,
  encodeAddress,
  secp256k1PairFromSeed,
  secp256k1Sign,
}: typeof UtilCrypto = createRequire(import.meta.url)('@polkadot/util-crypto')

let world: SmallWorld
beforeEach(async () => {
  world = await smallWorld()
})

const commit = (text: string) => world.call('Commitments.set_commitment', NETUID, { fields: [raw(text)] })
const submit = (hex: Hex) => world.node.submit(hex)
const refused = (hex: Hex) => refusal(() => world.node.submit(hex))
const statusesOf = (hash: Hex) => world.statuses.filter(([each]) => each === hash).map(([, status]) => status)
const nonceOf = (address: string) => (world.read('System.Account', address) as { nonce: number }).nonce

describe('an extrinsic', () => {
  it('goes from ready to final', () => {
    const hash = submit(world.sign(bob, commit('x')))
    const { hash: block } = world.node.produceBlocks(1)
    world.node.produceBlocks(1)
    expect(statusesOf(hash)).toEqual(['ready', { inBlock: block }, { finalized: block }])
    expect(world.node.extrinsicsOf(block)).toHaveLength(2)
    expect(world.node.pending()).toEqual([])
  })

  it('is refused twice: in the pool, and after it was used', () => {
    const hex = world.sign(bob, commit('x'))
    submit(hex)
    expect(refused(hex)).toMatchObject({ code: 1013 })
    world.node.produceBlocks(1)
    expect(refused(hex)).toEqual(invalid('Transaction is outdated'))
  })

  it('waits for those before it', () => {
    const hashes = [2, 1, 0].map((nonce) => submit(world.sign(bob, commit(`at ${nonce}`), { nonce })))
    expect(hashes.map((hash) => statusesOf(hash))).toEqual([['future', 'ready'], ['future', 'ready'], ['ready']])
    world.node.produceBlocks(1)
    expect(nonceOf(bob.address)).toBe(3)
    expect(world.read('Commitments.CommitmentOf', NETUID, bob.address)).toMatchObject({
      info: { fields: [{ raw4: hexOf('at 2') }] },
    })
  })

  it('with a gap before it waits for ever, and is not pending', () => {
    submit(world.sign(bob, commit('x'), { nonce: 5 }))
    world.node.produceBlocks(3)
    expect(nonceOf(bob.address)).toBe(0)
    expect(world.node.pending()).toEqual([])
    expect(world.node.nextIndex(bob.address)).toBe(0)
  })

  it('of a nonce that waits already must offer more', () => {
    const first = submit(world.sign(bob, commit('first')))
    const again = world.sign(bob, commit('second'), { nonce: 0 })
    expect(refused(again)).toMatchObject({ code: 1014, message: 'Priority is too low: (0 vs 0)' })
    const second = submit(world.sign(bob, commit('third'), { nonce: 0, tip: 5n }))
    expect(statusesOf(first)).toEqual(['ready', { usurped: second }])
    world.node.produceBlocks(1)
    expect(world.read('Commitments.CommitmentOf', NETUID, bob.address)).toMatchObject({
      info: { fields: [{ raw5: hexOf('third') }] },
    })
  })

  it('takes its nonce also when its call fails', () => {
    const elsewhere = world.call('Commitments.set_commitment', 99, { fields: [] })
    expect(world.run(bob, elsewhere).error).toBe('commitments.AccountNotAllowedCommit')
    expect(nonceOf(bob.address)).toBe(1)
  })

  it('counts for the next nonce while it waits', () => {
    submit(world.sign(bob, commit('x')))
    expect(world.node.nextIndex(bob.address)).toBe(1)
    expect(nonceOf(bob.address)).toBe(0)
    // Addresses of other formats are the same account.
    expect(world.node.nextIndex(`0x${Buffer.from(bob.publicKey).toString('hex')}`)).toBe(1)
  })

  it('is one of many accounts in one block, each in the order of its nonces', () => {
    const nonces = [alice, bob].flatMap((who) => [0, 1, 2].map((nonce) => ({ who, nonce })))
    for (const { who, nonce } of nonces.toReversed()) submit(world.sign(who, commit(`${nonce}`), { nonce }))
    const { hash } = world.node.produceBlocks(1)
    expect(world.node.extrinsicsOf(hash)).toHaveLength(7)
    expect([nonceOf(alice.address), nonceOf(bob.address)]).toEqual([3, 3])
  })
})

describe('a signature', () => {
  it('is of these bytes, by this account, for this chain', async () => {
    const bad = invalid('Transaction has a bad signature')
    const good = world.sign(bob, commit('x'))
    const flipped = `${good.slice(0, 90)}${good[90] === '0' ? '1' : '0'}${good.slice(91)}` as Hex
    expect(refused(flipped)).toEqual(bad)
    const impostor = { ...bob, sign: (bytes: Uint8Array) => alice.sign(bytes) }
    expect(refused(world.sign(impostor, commit('x')))).toEqual(bad)
    expect(refused(world.sign(bob, commit('x'), { specVersion: 1 }))).toEqual(bad)
    const other = await smallWorld({ genesis: { seed: 'another' } })
    expect(other.node.genesisHash).not.toBe(world.node.genesisHash)
    expect(refused(other.sign(bob, other.call('System.remark', '0x')))).toEqual(bad)
    expect(submit(good)).toMatch(/^0x/)
  })

  it('may be of any kind that the chain knows', () => {
    const remark = () => world.call('System.remark', '0x')
    const seed = new Uint8Array(32).fill(7)
    const ed25519 = ed25519PairFromSeed(seed)
    const ecdsa = secp256k1PairFromSeed(seed)
    const keys = [
      { scheme: 0, publicKey: ed25519.publicKey, sign: (bytes: Uint8Array) => ed25519Sign(bytes, ed25519) },
      // An account of this kind is the hash of its key.
      { scheme: 2, publicKey: blake2AsU8a(ecdsa.publicKey), sign: (bytes: Uint8Array) => secp256k1Sign(bytes, ecdsa) },
    ]
    for (const { scheme, publicKey, sign } of keys) {
      const key = { address: encodeAddress(publicKey, 42), publicKey, sign }
      world.node.endow(key.address, 10_000_000n)
      world.node.produceBlocks(1)
      expect(world.run(key, remark(), { scheme }).error).toBeUndefined()
      expect(refused(world.sign({ ...key, sign: (bytes) => sign(bytes).fill(1, 3, 9) }, remark(), { scheme }))).toEqual(
        invalid('Transaction has a bad signature'),
      )
    }
  })

  it('holds for long calls, which are signed by their hash', () => {
    expect(world.run(bob, world.call('System.remark', hexOf('x'.repeat(1000)))).error).toBeUndefined()
  })
})

describe('a mortal extrinsic', () => {
  it('lives as long as its era', () => {
    const lasting = world.sign(bob, commit('x'), { period: 8 })
    world.node.produceBlocks(6)
    submit(lasting)
    world.node.produceBlocks(1)
    expect(nonceOf(bob.address)).toBe(1)
    const late = world.sign(bob, commit('x'), { period: 8 })
    world.node.produceBlocks(8)
    // Its era is over: by now another block is its birth, so that it is signed for something else.
    expect(refused(late)).toEqual(invalid('Transaction has a bad signature'))
  })

  it('dies in the pool when nothing includes it in time', () => {
    const hash = submit(world.sign(bob, commit('x'), { nonce: 1, period: 4 }))
    world.node.produceBlocks(5)
    submit(world.sign(bob, commit('y'), { nonce: 0 }))
    world.node.produceBlocks(1)
    expect(statusesOf(hash)).toEqual(['future', 'ready', 'invalid'])
    expect(nonceOf(bob.address)).toBe(1)
  })

  it('is too old when its birth is further back than the chain remembers', async () => {
    // The library rounds the births of long lives.
    const born = world.node.produceBlocks(14).number
    const old = world.sign(bob, commit('x'), { period: 65_536, born })
    world.node.produceBlocks(2500)
    expect(refused(old)).toEqual(invalid('Transaction has an ancient birth block'))
  })
})

describe('who pays', () => {
  it('needs funds for calls that cost something', () => {
    const nobody = devKeypair('//Nobody')
    const fees = invalid('Inability to pay some fees (e.g. account balance too low)')
    expect(refused(world.sign(nobody, world.call('System.remark', '0x')))).toEqual(fees)
    // Nothing is to be paid here, whatever becomes of it.
    expect(world.run(nobody, commit('x')).error).toBe('commitments.AccountNotAllowedCommit')
    expect(refused(world.sign(nobody, commit('x'), { tip: 1n }))).toEqual(fees)
    world.node.endow(nobody.address, 1_000_000n)
    world.node.produceBlocks(1)
    expect(world.run(nobody, world.call('System.remark', '0x')).error).toBeUndefined()
    const { data } = world.read('System.Account', nobody.address) as { data: { free: number } }
    expect(data.free).toBe(875_000)
  })
})

describe('what is no signed extrinsic', () => {
  it('is refused as that', () => {
    for (const hex of ['0x', '0x00', '0x04ff', '0xffffffffff', `0x${'ab'.repeat(200)}`] as Hex[]) {
      expect(refused(hex)).toMatchObject({ code: 1001 })
    }
    expect(refused(`${world.sign(bob, commit('x'))}00`)).toMatchObject({ code: 1001 })
    const [inherent] = world.node.extrinsicsOf(world.node.head().hash)
    expect(refused(inherent!)).toMatchObject({ code: 1011 })
    expect(world.node.pending()).toEqual([])
  })
})
