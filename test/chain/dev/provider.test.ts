import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { InProcessProvider } from '../../../src/chain/dev/provider.ts'
import { Endpoint } from '../../../src/chain/dev/rpc/endpoint.ts'
import { VirtualClock } from '../../../src/engine/virtual-clock.ts'
import { FakeNode } from './rpc/fake-node.ts'

async function connected() {
  const node = new FakeNode()
  const endpoint = new Endpoint(node, { clock: new VirtualClock(new Date(0)) })
  const provider = new InProcessProvider(endpoint)
  const events: string[] = []
  for (const event of ['connected', 'disconnected'] as const) provider.on(event, () => events.push(event))
  await happens(provider, 'connected')
  return { node, endpoint, provider, events }
}

const happens = (provider: InProcessProvider, event: 'connected' | 'disconnected') =>
  new Promise<void>((resolve) => {
    const off = provider.on(event, () => {
      off()
      resolve()
    })
  })

/** What a subscription was told, and a way to wait for more of it. */
function hearing() {
  const heard: unknown[] = []
  const events = new EventTarget()
  return {
    heard,
    callback: (_error: Error | null, result: unknown) => {
      heard.push(result)
      events.dispatchEvent(new Event('heard'))
    },
    until: async (count: number) => {
      while (heard.length < count) await once(events, 'heard')
      return heard
    },
  }
}

const subscribeHeads = (provider: InProcessProvider, callback: Parameters<InProcessProvider['subscribe']>[3]) =>
  provider.subscribe('chain_newHead', 'chain_subscribeNewHead', [], callback)

describe('the provider in process', () => {
  it('connects once somebody can listen, and answers', async () => {
    const { provider, events, endpoint } = await connected()
    expect(events).toEqual(['connected'])
    expect(provider.isConnected).toBe(true)
    expect(await provider.send('system_chain', [])).toBe('Bittensor')
    await provider.disconnect()
    expect(events).toEqual(['connected', 'disconnected'])
    expect(endpoint.clients).toBe(0)
    await expect(provider.send('system_chain', [])).rejects.toThrow('not connected')
    await provider.connect()
    expect(await provider.send('system_chain', [])).toBe('Bittensor')
    expect(provider.clone().isConnected).toBe(false)
  })

  it('words errors as the socket does', async () => {
    const { provider } = await connected()
    await expect(provider.send('author_submitExtrinsic', ['0xbad0'])).rejects.toMatchObject({
      message: '1010: Invalid Transaction: Transaction has a bad signature',
      code: 1010,
      data: 'Transaction has a bad signature',
    })
  })

  it('tells nothing before the id is known, and nothing in the middle of the node’s work', async () => {
    const { node, provider } = await connected()
    const { heard, callback, until } = hearing()
    const subscribing = subscribeHeads(provider, callback)
    node.produceBlocks(1)
    const id = await subscribing
    expect(heard).toEqual([])
    expect(await until(2)).toMatchObject([{ number: '0x0' }, { number: '0x1' }])
    node.produceBlocks(1)
    expect(heard).toHaveLength(2)
    await until(3)
    expect(await provider.unsubscribe('chain_newHead', 'chain_unsubscribeNewHead', id)).toBe(true)
    node.produceBlocks(1)
    await provider.send('system_chain', [])
    expect(heard).toHaveLength(3)
    expect(node.listening).toBe(0)
  })

  it('comes back when it was cut off, with its subscriptions; what waited is rejected', async () => {
    const { node, endpoint, provider, events } = await connected()
    const { callback, until } = hearing()
    await subscribeHeads(provider, callback)
    await until(1)
    const watch = hearing()
    await provider.subscribe('author_extrinsicUpdate', 'author_submitAndWatchExtrinsic', ['0x0a'], watch.callback)
    endpoint.mischief.play({ kind: 'silent', method: 'system_name' })
    const waiting = provider.send('system_name', [])
    const again = happens(provider, 'connected')
    endpoint.disconnectAllBut()
    await expect(waiting).rejects.toThrow('disconnected')
    await again
    expect(events).toEqual(['connected', 'disconnected', 'connected'])
    node.produceBlocks(1)
    expect(await until(3)).toMatchObject([{ number: '0x0' }, { number: '0x0' }, { number: '0x1' }])
    node.tellOf(`0x${'e'.repeat(62)}0a`, { finalized: node.genesisHash })
    await provider.send('system_chain', [])
    expect(watch.heard).toEqual(['ready'])
    expect(node.listening).toBe(1)
  })

  it('does not come back to a chain that has ended', async () => {
    const { endpoint, provider, events } = await connected()
    endpoint.shut()
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    expect(events).toEqual(['connected', 'disconnected'])
    await expect(provider.send('system_chain', [])).rejects.toThrow('not connected')
    expect(endpoint.clients).toBe(0)
  })
})
