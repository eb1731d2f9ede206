import type { ApiPromise } from '@polkadot/api'
import type { SubmittableExtrinsic } from '@polkadot/api/types'
import type { KeyringPair } from '@polkadot/keyring/types'
import type { ISubmittableResult } from '@polkadot/types/types'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDevChain } from '../../../src/chain/dev/dev-chain.ts'
import { type DevWorld, devWorld, NETUID, polkadot, type Transport, until } from './dev-world.ts'

const COMMIT = `0x${Buffer.from(JSON.stringify({ commit: 'a'.repeat(40) })).toString('hex')}`
const RAW = { fields: [{ [`Raw${(COMMIT.length - 2) / 2}`]: COMMIT }] }

describe.each<Transport>(['socket', 'in process'])('a real ApiPromise, by %s', (transport) => {
  let world: DevWorld
  let api: ApiPromise
  let alice: KeyringPair
  let stranger: KeyringPair
  beforeAll(async () => {
    world = await devWorld(transport)
    api = world.api
    const { Keyring } = polkadot()
    const keyring = new Keyring({ type: 'sr25519', ss58Format: 42 })
    alice = keyring.addFromUri('//Alice')
    stranger = keyring.addFromUri('//Stranger')
  })
  afterAll(() => world[Symbol.asyncDispose]())

  const setCommitment = (info: object = RAW) => api.tx.commitments!.setCommitment!(NETUID, info)

  /** Signs, submits and follows it; blocks are made whenever it waits for one. */
  async function follow(tx: SubmittableExtrinsic<'promise'>, who: KeyringPair, onStatus?: (type: string) => void) {
    const seen: string[] = []
    const result = await new Promise<ISubmittableResult>((resolve, reject) => {
      tx.signAndSend(who, (update) => {
        const { type } = update.status
        seen.push(type)
        if (onStatus) onStatus(type)
        else if (type === 'Ready' || type === 'InBlock') world.node.produceBlocks(1)
        if (update.isCompleted && !update.status.isInBlock) resolve(update)
      }).catch(reject)
    })
    return { seen, result }
  }

  it('connects, and knows the chain', () => {
    expect(api.genesisHash.toHex()).toBe(world.node.genesisHash)
    expect(api.registry.chainSS58).toBe(42)
    expect(api.registry.chainTokens).toEqual(['TAO'])
    expect(api.runtimeVersion.specName.toString()).toBe(String(world.node.runtimeVersion.specName))
    expect(api.consts.commitments!.maxFields!.toString()).toBe('3')
  })

  it('submits, and hears of it until it is final', async () => {
    const { seen, result } = await follow(setCommitment(), alice)
    expect(seen).toEqual(['Ready', 'InBlock', 'Finalized'])
    expect(result.dispatchError).toBeUndefined()
    expect(result.events.map(({ event }) => `${event.section}.${event.method}`)).toContain('commitments.Commitment')
    const held = await api.query.commitments!.commitmentOf!(NETUID, alice.address)
    expect(held.toHex()).toContain(COMMIT.slice(2))
  })

  it('lists entries, and reads the past', async () => {
    const entries = await api.query.commitments!.commitmentOf!.entries(NETUID)
    expect(entries.map(([key]) => key.args[1]!.toString())).toEqual([alice.address])
    const first = world.node.finalizedHead()
    world.node.produceBlocks(2)
    const before = await api.at(first.hash)
    expect((await before.query.system!.number!()).toString()).toBe(String(first.number))
    expect((await api.query.system!.number!()).toString()).toBe(String(first.number + 3))
    const genesis = await api.at(api.genesisHash)
    expect((await genesis.query.commitments!.commitmentOf!(NETUID, alice.address)).isEmpty).toBe(true)
  })

  it('hears of new and of final heads', async () => {
    const [heads, finals]: number[][] = [[], []]
    const stops = [
      await api.rpc.chain.subscribeNewHeads(({ number }) => void heads!.push(number.toNumber())),
      await api.rpc.chain.subscribeFinalizedHeads(({ number }) => void finals!.push(number.toNumber())),
    ]
    await until(() => heads!.length === 1 && finals!.length === 1)
    const { number } = world.node.produceBlocks(1)
    await until(() => heads!.at(-1) === number && finals!.at(-1) === world.node.finalizedHead().number)
    expect(finals!.at(-1)).toBe(number - 1)
    for (const stop of stops) stop()
  })

  it('reads the names of errors', async () => {
    const { result } = await follow(setCommitment(), stranger)
    expect(result.dispatchError?.isModule).toBe(true)
    const { section, name } = api.registry.findMetaError(result.dispatchError!.asModule)
    expect(`${section}.${name}`).toBe('commitments.AccountNotAllowedCommit')
  })

  it('is refused a nonce that was used, and a signature of somebody else', async () => {
    await follow(setCommitment(), alice)
    await expect(setCommitment().signAndSend(alice, { nonce: 0 })).rejects.toThrow(
      /^1010: Invalid Transaction: Transaction is outdated/,
    )
    const signed = await setCommitment().signAsync(alice, { nonce: -1 })
    const bytes = signed.toU8a()
    bytes[bytes.length - 1]! ^= 1
    await expect(api.rpc.author.submitExtrinsic(bytes)).rejects.toThrow(
      /^1010: Invalid Transaction: Transaction has a bad signature/,
    )
  })

  it('batches', async () => {
    const other = { fields: [{ Raw2: '0x6162' }] }
    const batch = api.tx.utility!.batchAll!([setCommitment(), setCommitment(other)])
    const { result } = await follow(batch, alice)
    expect(result.dispatchError).toBeUndefined()
    expect((await api.query.commitments!.commitmentOf!(NETUID, alice.address)).toHex()).toContain('6162')
  })

  it('hears that there is no such method', async () => {
    await expect(world.provider.send('state_traceBlock', [])).rejects.toMatchObject({ code: -32601 })
  })

  it('comes back with its subscriptions when it was cut off', async () => {
    const heads: number[] = []
    const stop = await api.rpc.chain.subscribeNewHeads(({ number }) => void heads.push(number.toNumber()))
    await until(() => heads.length === 1)
    const again = new Promise<void>((resolve) => api.once('connected', () => resolve()))
    world.endpoint.disconnectAllBut()
    await again
    // Asked after the subscriptions, and answered after them.
    await world.provider.send('system_chain', [])
    const { number } = world.node.produceBlocks(1)
    await until(() => heads.at(-1) === number)
    stop()
  })

  it('waits for slow answers while others pass', async () => {
    world.endpoint.mischief.play({ kind: 'slow', ms: 60_000, method: 'state_getKeysPaged', times: 1 })
    let late: unknown
    const slow = api.query.commitments!.commitmentOf!.keys(NETUID).then((keys) => {
      late = keys.length
    })
    await api.query.system!.number!()
    expect(late).toBeUndefined()
    world.clock.advance(60_000)
    await slow
    expect(late).toBe(1)
  })

  it('sees its extrinsic retracted by a reorganisation, and included again', async () => {
    let inBlock = 0
    const { seen, result } = await follow(setCommitment(), alice, (type) => {
      if (type === 'InBlock' && ++inBlock === 1) world.node.reorg(1)
      else world.node.produceBlocks(1)
    })
    expect(seen).toEqual(['Ready', 'InBlock', 'Retracted', 'InBlock', 'Finalized'])
    expect(result.dispatchError).toBeUndefined()
  })

  it('hears nothing while the chain stalls, and of no slot that passed by', async () => {
    const clocked = await openDevChain({ clock: world.clock, genesis: { blockMs: 12_000 } })
    const ticking = await polkadot().ApiPromise.create({ provider: clocked.provider(), noInitWarn: true })
    const heads: number[] = []
    await ticking.rpc.chain.subscribeNewHeads(({ number }) => void heads.push(number.toNumber()))
    const { number } = clocked.node.head()
    world.clock.advance(12_000)
    await until(() => heads.at(-1) === number + 1)
    clocked.node.stall(true)
    world.clock.advance(54_000)
    expect((await ticking.rpc.chain.getHeader()).number.toNumber()).toBe(number + 1)
    clocked.node.stall(false)
    world.clock.advance(12_000)
    await until(() => heads.at(-1) === number + 2)
    expect((await ticking.query.timestamp!.now!()).toString()).toBe(String(world.clock.now().getTime() - 6000))
    await ticking.disconnect()
    await clocked[Symbol.asyncDispose]()
  })

  it('is told a wrong nonce', async () => {
    world.endpoint.mischief.play({ kind: 'nonce', by: -1, times: 1 })
    await expect(setCommitment().signAndSend(alice, { nonce: -1 })).rejects.toThrow('Transaction is outdated')
    const { result } = await follow(setCommitment(), alice)
    expect(result.status.isFinalized).toBe(true)
  })
})
