import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RawClient } from './raw-client.ts'
import { served } from './served.ts'

let chain: Awaited<ReturnType<typeof served>>
let client: RawClient
let controller: RawClient
beforeEach(async () => {
  chain = await served()
  client = await chain.connect()
  controller = await chain.connect()
})
afterEach(async () => {
  for (const each of [client, controller]) each.socket.terminate()
  await chain[Symbol.asyncDispose]()
})

const play = (prank: object) => controller.result('dev_mischief', prank) as Promise<number>

describe('mischief', () => {
  it('answers late, by the clock, and lets others pass', async () => {
    await play({ kind: 'slow', ms: 5000, method: 'system_chain' })
    let late: unknown
    const slow = client.result('system_chain').then((result) => {
      late = result
    })
    expect(await client.result('system_name')).toBe('roundkeeper-devchain')
    chain.clock.advance(4999)
    await client.result('system_name')
    expect(late).toBeUndefined()
    chain.clock.advance(1)
    await slow
    expect(late).toBe('Bittensor')
  })

  it('keeps silent, and makes errors, for the calls that it is told', async () => {
    await play({
      kind: 'error',
      method: 'system_chain',
      code: 1234,
      message: 'tired',
      data: 'very',
      after: 1,
      times: 2,
    })
    expect((await client.ask('system_chain')).error).toBeUndefined()
    const tired = { code: 1234, message: 'tired', data: 'very' }
    expect((await client.ask('system_chain')).error).toEqual(tired)
    expect((await controller.ask('system_chain')).error).toEqual(tired)
    expect((await client.ask('system_chain')).error).toBeUndefined()

    const id = await play({ kind: 'silent' })
    client.send({ jsonrpc: '2.0', id: 'lost', method: 'system_chain' })
    await controller.result('dev_behave', id)
    expect(await client.result('system_chain')).toBe('Bittensor')
    expect(client.messages.some((message) => !Array.isArray(message) && message.id === 'lost')).toBe(false)
  })

  it('knows a method by all of its names', async () => {
    await play({ kind: 'error', method: 'chain_subscribeNewHead' })
    expect((await client.ask('chain_subscribeNewHeads')).error).toMatchObject({ code: -32603 })
    await controller.result('dev_behave')
    await play({ kind: 'error', method: 'Echo' })
    expect((await client.ask('state_call', 'Echo', '0x01')).error).toMatchObject({ code: -32603 })
    expect((await client.ask('state_call', 'AccountNonceApi_account_nonce', '0x')).error).toBeUndefined()
  })

  it('tells wrong nonces', async () => {
    await play({ kind: 'nonce', by: -2, times: 3 })
    expect(await client.result('system_accountNextIndex', '5F')).toBe(3)
    expect(await client.result('account_nextIndex', '5F')).toBe(3)
    expect(await client.result('state_call', 'AccountNonceApi_account_nonce', '0x')).toBe('0x03000000')
    expect(await client.result('account_nextIndex', '5F')).toBe(5)
    await play({ kind: 'nonce', by: -9, times: 1 })
    expect(await client.result('account_nextIndex', '5F')).toBe(0)
  })

  it('cuts a client off before its extrinsic is in the pool, or after', async () => {
    await play({ kind: 'disconnect', method: 'author_submitExtrinsic', times: 1 })
    client.send({ jsonrpc: '2.0', id: 1, method: 'author_submitExtrinsic', params: ['0x0a'] })
    expect(await client.closed).toBe(1006)
    expect(chain.node.pending()).toEqual([])

    await play({ kind: 'disconnect', method: 'author_submitAndWatchExtrinsic', when: 'after', times: 1 })
    await using second = await chain.connect()
    const { listening } = chain.node
    second.send({ jsonrpc: '2.0', id: 1, method: 'author_submitAndWatchExtrinsic', params: ['0x0a'] })
    expect(await second.closed).toBe(1006)
    expect(chain.node.pending()).toEqual(['0x0a'])
    expect(chain.node.listening).toBe(listening)
  })

  it('never meets the methods that end it', async () => {
    await play({ kind: 'silent' })
    expect(await client.result('dev_behave')).toBeNull()
    expect(await client.result('system_chain')).toBe('Bittensor')
  })
})

describe('clients', () => {
  it('are disconnected, all but the one that asks', async () => {
    expect(await controller.result('dev_disconnect')).toBe(1)
    expect(await client.closed).toBe(1006)
    expect(await controller.result('system_chain')).toBe('Bittensor')
    expect(chain.endpoint.clients).toBe(1)
  })

  it('lose subscriptions without a word', async () => {
    const heads = await client.result('chain_subscribeNewHeads')
    const final = await client.result('chain_subscribeFinalizedHeads')
    expect(await controller.result('dev_dropSubscriptions', 'chain_newHead')).toBe(1)
    chain.node.produceBlocks(1)
    chain.node.finalize()
    expect(await client.told(final, 2)).toHaveLength(2)
    expect(await client.told(heads, 1)).toHaveLength(1)
    expect(await controller.result('dev_dropSubscriptions')).toBe(1)
    expect(await client.result('chain_unsubscribeFinalizedHeads', final)).toBe(false)
  })
})
