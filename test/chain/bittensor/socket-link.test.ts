import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { LinkFault, RpcFault } from '../../../src/chain/bittensor/link.ts'
import { openSocket } from '../../../src/chain/bittensor/socket-link.ts'
import fc from '../../support/properties.ts'
import { rawNode } from './raw-node.ts'

const SUB = { subscribe: 'sub', notification: 'note', unsubscribe: 'unsub' }

describe('a link over a WebSocket', () => {
  it('gives every question its own answer, whatever their order', async () => {
    const held: (() => void)[] = []
    await using node = await rawNode(({ id, method }, socket) => {
      held.push(() => socket.send(JSON.stringify({ id, result: `${method}!` })))
      if (held.length === 3) for (const send of held.reverse()) send()
    })
    const link = await openSocket(node.url, node.url, 5000)
    expect(await Promise.all(['a', 'b', 'c'].map((method) => link.send(method, [])))).toEqual(['a!', 'b!', 'c!'])
    link.close()
  })

  it('passes on what the node refuses, with its code and data', async () => {
    await using node = await rawNode(({ id }) => ({
      id,
      error: { code: 1010, message: 'Invalid Transaction', data: 'why' },
    }))
    const link = await openSocket(node.url, node.url, 5000)
    const refused = await link.send('a', []).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(RpcFault)
    expect(refused).toMatchObject({ code: 1010, message: 'Invalid Transaction', data: 'why' })
    link.close()
  })

  it('hears all notifications, those that come before the subscription’s name too, until it is ended', async () => {
    const asked: string[] = []
    const note = (result: unknown) => JSON.stringify({ method: 'note', params: { subscription: 'x', result } })
    await using node = await rawNode(({ id, method }, socket) => {
      asked.push(method)
      if (method !== 'sub') return { id, result: true }
      socket.send(note('early'))
      socket.send(JSON.stringify({ id, result: 'x' }))
      return note('late')
    })
    const link = await openSocket(node.url, node.url, 5000)
    const heard: unknown[] = []
    const end = await link.subscribe(SUB, [], (result) => heard.push(result))
    await link.send('other', [])
    expect(heard).toEqual(['early', 'late'])
    end()
    end()
    await link.send('other', [])
    expect(asked).toEqual(['sub', 'other', 'unsub', 'other'])
    link.close()
  })

  it('fails whatever waits when the connection ends, and everything after', async () => {
    await using node = await rawNode((_, socket) => socket.terminate())
    const link = await openSocket(node.url, node.url, 5000)
    await expect(link.send('a', [])).rejects.toBeInstanceOf(LinkFault)
    expect((await link.lost).message).toContain(node.url)
    await expect(link.send('b', [])).rejects.toBeInstanceOf(LinkFault)
  })

  it('does not wait for ever: not for a port that nobody listens on, not for one that never answers', async () => {
    await expect(openSocket('ws://127.0.0.1:1', 'ws://127.0.0.1:1', 5000)).rejects.toThrow(
      /127\.0\.0\.1:1: .*ECONNREFUSED/,
    )
    const server = createServer((socket) => socket.resume())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    await expect(openSocket(`ws://127.0.0.1:${port}`, `ws://127.0.0.1:${port}`, 100)).rejects.toBeInstanceOf(LinkFault)
    await new Promise((resolve) => server.close(resolve))
  })

  it.each([
    ['a subscription that is no name', '{"params":{"subscription":{"toString":1}}}'],
    ['a subscription deeper than any stack', `{"params":{"subscription":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`],
    ['an error whose text is an object', '{"id":1,"error":{"code":1,"message":{"toString":1}}}'],
    ['an error whose code is an object', '{"id":1,"error":{"code":{"toString":1},"message":"no"}}'],
    ['an error of no kind', '{"id":1,"error":7}'],
    ['params of no kind', '{"params":7}'],
    ['an answer that is no name where one is due', '{"id":1,"result":{"toString":1}}'],
  ])('is not thrown off by %s', async (_, text) => {
    await using node = await rawNode(({ id }, socket) => {
      if (id === 1) socket.send(text)
      return id === 1 ? undefined : { id, result: 'here' }
    })
    const link = await openSocket(node.url, node.url, 5000)
    const first = link.subscribe(SUB, [], () => undefined).catch((error: unknown) => error)
    const second = await link.send('other', []).catch((error: unknown) => error)
    expect([second, await Promise.race([first, 'waiting'])]).toSatisfy(([answer, fault]: unknown[]) =>
      answer === 'here' ? fault === 'waiting' || fault instanceof RpcFault : answer instanceof LinkFault,
    )
    link.close()
    await first
  })

  it('cuts what a node says in words', async () => {
    await using node = await rawNode(({ id }) => ({
      id,
      error: { code: 1, message: 'x'.repeat(1e6), data: 'y'.repeat(1e6) },
    }))
    const link = await openSocket(node.url, node.url, 5000)
    const refused = (await link.send('a', []).catch((error: unknown) => error)) as RpcFault
    expect([refused.message.length, refused.data?.length]).toEqual([500, 500])
    link.close()
  })

  it('ends where a node floods it, while it waits for the name of a subscription and at any other time', async () => {
    const note = JSON.stringify({ method: 'note', params: { subscription: 'x', result: 1 } })
    await using node = await rawNode(({ id, method }, socket) => {
      for (let sent = 0; sent < 1000; sent++) socket.send(note)
      return method === 'sub' ? undefined : { id, result: 'here' }
    })
    const link = await openSocket(node.url, node.url, 5000)
    expect(await link.send('a', [])).toBe('here')
    await expect(link.subscribe(SUB, [], () => undefined)).rejects.toThrow('nobody asked for')
  })

  it('takes no large answer that would take far more in memory', async () => {
    await using node = await rawNode(({ id }) => `{"id":${id},"result":[${'[],'.repeat(400_000)}[]]}`)
    const link = await openSocket(node.url, node.url, 5000)
    await expect(link.send('a', [])).rejects.toBeInstanceOf(LinkFault)
  })

  it('survives every nonsense that a node may send', async () => {
    let nonsense = ''
    await using node = await rawNode(() => nonsense)
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json(), fc.constant('{"params":null}')), async (text) => {
        nonsense = text
        const link = await openSocket(node.url, node.url, 5000)
        const answer = link.send('a', []).catch(() => undefined)
        // Answered by whatever it was, or waiting for an answer that it was not.
        const settled = await Promise.race([answer, link.lost, echo(link)])
        expect(settled).not.toBe('a')
        link.close()
        await answer
      }),
      { numRuns: 60 },
    )
  })
})

/** Resolves when everything that was sent has been received. */
async function echo(link: { send(method: string, params: unknown[]): Promise<unknown> }): Promise<void> {
  await Promise.race([link.send('a', []), new Promise((resolve) => setImmediate(() => setImmediate(resolve)))]).catch(
    () => undefined,
  )
}
