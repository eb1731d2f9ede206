import { once } from 'node:events'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LIMITS } from '../../../../src/chain/dev/rpc/limits.ts'
import type { Message, RawClient } from './raw-client.ts'
import { served } from './served.ts'

const chain = await served()
const { node, endpoint } = chain
let client: RawClient
beforeEach(async () => {
  client = await chain.connect()
})
afterEach(() => client[Symbol.asyncDispose]())
afterAll(() => chain[Symbol.asyncDispose]())

const subscription = (message: Message | Message[]) => (message as Message).params?.subscription

describe('heads', () => {
  const kinds = [
    ['chain_subscribeNewHeads', 'chain_unsubscribeNewHeads', 'chain_newHead'],
    ['chain_subscribeNewHead', 'chain_unsubscribeNewHead', 'chain_newHead'],
    ['chain_subscribeAllHeads', 'chain_unsubscribeAllHeads', 'chain_allHead'],
  ]
  it.each(kinds)('%s: the head of the moment, then every new one, until %s', async (begin, end, notification) => {
    const first = node.head().header
    const id = await client.result(begin!)
    const second = node.produceBlocks(1).header
    expect(await client.told(id, 2)).toEqual([first, second])
    expect(client.messages.at(-1)).toMatchObject({ jsonrpc: '2.0', method: notification })
    expect(await client.result(end!, id)).toBe(true)
    expect(await client.result(end!, id)).toBe(false)
    node.produceBlocks(1)
    await client.result('system_health')
    expect(await client.told(id, 2)).toHaveLength(2)
  })

  it('are told of the other branch, too', async () => {
    node.produceBlocks(3)
    const id = await client.result('chain_subscribeNewHeads')
    const head = node.reorg(2)
    expect(await client.told(id, 2)).toMatchObject([{}, { number: `0x${head.number.toString(16)}` }])
  })

  it.each(['Finalized', 'Finalised'])('chain_subscribe%sHeads: what is final', async (word) => {
    const first = node.finalizedHead().header
    const id = await client.result(`chain_subscribe${word}Heads`)
    const { header } = node.produceBlocks(1)
    node.finalize()
    expect(await client.told(id, 2)).toEqual([first, header])
  })
})

describe('storage', () => {
  it('is told whole at first, and then what has changed', async () => {
    node.setStorage('0x01', '0xaa')
    node.produceBlocks(1)
    const id = await client.result('state_subscribeStorage', ['0x01', '0x02'])
    node.produceBlocks(1)
    node.setStorage('0x02', '0xbb')
    const { hash } = node.produceBlocks(1)
    node.setStorage('0x01', undefined)
    node.produceBlocks(1)
    expect(await client.told(id, 3)).toMatchObject([
      {
        changes: [
          ['0x01', '0xaa'],
          ['0x02', null],
        ],
      },
      { block: hash, changes: [['0x02', '0xbb']] },
      { changes: [['0x01', null]] },
    ])
    expect((await client.ask('state_subscribeStorage', [])).error).toBeUndefined()
    expect((await client.ask('state_subscribeStorage')).error).toMatchObject({ code: -32602 })
  })
})

describe('extrinsics', () => {
  it('are followed from the pool to finality, and then nobody listens any more', async () => {
    const before = node.listening
    const id = await client.result('author_submitAndWatchExtrinsic', '0x0a')
    const hash = `0x${'e'.repeat(62)}0a` as const
    node.tellOf(`0x${'f'.repeat(64)}`, { inBlock: node.head().hash })
    node.tellOf(hash, { inBlock: node.head().hash })
    node.tellOf(hash, { retracted: node.head().hash })
    node.tellOf(hash, { inBlock: node.genesisHash })
    node.tellOf(hash, { finalized: node.genesisHash })
    expect(await client.told(id, 5)).toEqual([
      'ready',
      { inBlock: node.head().hash },
      { retracted: node.head().hash },
      { inBlock: node.genesisHash },
      { finalized: node.genesisHash },
    ])
    expect(node.listening).toBe(before)
    expect(await client.result('author_unwatchExtrinsic', id)).toBe(false)
  })
})

describe('a subscription', () => {
  it('is told nothing before its client knows its id, also in a batch', async () => {
    client.send([
      { jsonrpc: '2.0', id: 'a', method: 'chain_subscribeNewHead', params: [] },
      { jsonrpc: '2.0', id: 'b', method: 'dev_produceBlock', params: [2] },
      { jsonrpc: '2.0', id: 'c', method: 'state_subscribeStorage', params: [['0x01']] },
    ])
    await client.until((message) => subscription(message) !== undefined)
    const batch = client.messages[0] as Message[]
    expect(batch.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    expect(await client.told(batch[0]!.result, 2)).toHaveLength(2)
    expect(await client.told(batch[2]!.result, 1)).toHaveLength(1)
  })

  it('ends with its connection', async () => {
    const before = node.listening
    const other = await chain.connect()
    for (let n = 0; n < 5; n++) await other.result('chain_subscribeNewHeads')
    await other.result('state_subscribeStorage', ['0x01'])
    expect(node.listening).toBe(before + 6)
    const clients = endpoint.clients
    other.socket.terminate()
    while (endpoint.clients === clients) await client.result('system_health')
    expect(node.listening).toBe(before)
    node.produceBlocks(1)
  })

  it('is one of so many that a connection may have', async () => {
    const asked = Array.from({ length: LIMITS.subscriptionsPerClient }, () => client.ask('chain_subscribeNewHeads'))
    expect((await Promise.all(asked)).every(({ error }) => error === undefined)).toBe(true)
    const { error } = await client.ask('chain_subscribeNewHeads')
    expect(error).toEqual({
      code: -32006,
      message: 'Too many subscriptions on the connection',
      data: 'Exceeded max limit of 1024',
    })
    const keys = Array.from({ length: LIMITS.keysPerSubscription + 1 }, () => '0x01')
    expect((await client.ask('state_subscribeStorage', keys)).error).toMatchObject({ code: -32006 })
    await using other = await chain.connect()
    expect((await other.ask('state_subscribeStorage', keys)).error).toMatchObject({ code: -32602 })
    expect((await other.ask('chain_subscribeNewHeads')).error).toBeUndefined()
  })

  it('of a client that does not read is dropped with it', async () => {
    const lazy = await chain.connect()
    lazy.socket.pause()
    await new Promise<void>((resolve) => lazy.socket.send('{}', () => resolve()))
    const value = `0x${'00'.repeat(4 * 1024 * 1024)}` as const
    node.setStorage('0xdd', value)
    node.produceBlocks(1)
    const clients = endpoint.clients
    for (let asked = 0; asked < 12; asked++) {
      lazy.send({ jsonrpc: '2.0', id: asked, method: 'state_getStorage', params: ['0xdd'] })
    }
    while (endpoint.clients === clients) await client.result('system_health')
    lazy.socket.resume()
    if (lazy.socket.readyState !== lazy.socket.CLOSED) await once(lazy.socket, 'close')
    expect(await client.result('system_chain')).toBe('Bittensor')
  })
})
