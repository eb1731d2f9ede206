import { createServer } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LinkFault, RpcFault } from '../../../src/chain/bittensor/link.ts'
import { openSocket } from '../../../src/chain/bittensor/socket-link.ts'
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
