import { afterAll, describe, expect, it, vi } from 'vitest'
import { LIMITS } from '../../../../src/chain/dev/rpc/limits.ts'
import { serve } from '../../../../src/chain/dev/server.ts'
import fc from '../../../support/properties.ts'
import { type Message, RawClient } from './raw-client.ts'
import { served } from './served.ts'

const chain = await served()
afterAll(() => chain[Symbol.asyncDispose]())

const httpUrl = chain.server.url.replace('ws:', 'http:')
const post = (body: string, type = 'application/json') =>
  fetch(httpUrl, { method: 'POST', headers: { 'content-type': type }, body })
const health = (id: unknown) => ({ jsonrpc: '2.0', id, method: 'system_health', params: [] })

/** The answer to one message, whatever it is. */
async function answerTo(message: unknown): Promise<Message | Message[]> {
  await using client = await chain.connect()
  client.send(message)
  return await client.until(() => true)
}

describe('JSON-RPC', () => {
  it('tells apart what is no JSON, no request, no method and no parameter', async () => {
    expect(await answerTo('{"jsonrpc":')).toEqual({
      jsonrpc: '2.0',
      id: null,
      error: { code: -32700, message: 'Parse error' },
    })
    const notRequests = [1, null, 'text', {}, { ...health(1), jsonrpc: '1.0' }, { ...health(1), method: 7 }]
    for (const message of notRequests) {
      expect(await answerTo(JSON.stringify(message))).toMatchObject({ error: { code: -32600 } })
    }
    expect(await answerTo({ ...health(1), id: {} })).toMatchObject({ id: null, error: { code: -32600 } })
    expect(await answerTo({ ...health('x'), method: 'toString' })).toMatchObject({ id: 'x', error: { code: -32601 } })
    expect(await answerTo({ ...health(1), params: { a: 1 } })).toMatchObject({ error: { code: -32602 } })
    expect(await answerTo({ ...health(1), method: 'state_getStorage', params: ['0xZZ'] })).toMatchObject({
      id: 1,
      error: { code: -32602, data: 'parameter 0: expected a hex string with 0x, got string' },
    })
    expect(await answerTo({ jsonrpc: '2.0', id: null, method: 'system_health' })).toMatchObject({
      id: null,
      result: {},
    })
  })

  it('answers batches in their order, and says nothing to requests without an id', async () => {
    const batch = [health(3), { jsonrpc: '2.0', method: 'dev_produceBlock' }, 5, health('b')]
    const { number } = chain.node.head()
    expect(await answerTo(batch)).toMatchObject([{ id: 3 }, { id: null, error: { code: -32600 } }, { id: 'b' }])
    expect(chain.node.head().number).toBe(number)
    expect(await answerTo([])).toMatchObject({ error: { code: -32600 } })
    const tooMany = Array.from({ length: LIMITS.batchRequests + 1 }, (_, id) => health(id))
    expect(await answerTo(tooMany)).toMatchObject({ id: null, error: { code: -32010 } })
  })

  it('makes no answer that is too big', async () => {
    chain.node.setStorage('0xdd', `0x${'00'.repeat(2 * 1024 * 1024)}`)
    chain.node.produceBlocks(1)
    const value = { ...health(1), method: 'state_getStorage', params: ['0xdd'] }
    expect(await answerTo([value, value, value, value])).toMatchObject({ error: { code: -32008 } })
  })

  it('hides what went wrong in the node, and tells its owner', async () => {
    const call = vi.spyOn(chain.node, 'extrinsicsOf').mockImplementationOnce(() => {
      throw new Error('a bug')
    })
    expect(await answerTo({ ...health(1), method: 'chain_getBlock' })).toMatchObject({
      error: { code: -32603, message: 'Internal error' },
    })
    expect(chain.failures.splice(0)).toMatchObject([{ message: 'a bug' }])
    call.mockRestore()
  })
})

describe('HTTP', () => {
  it('answers what is posted, without subscriptions', async () => {
    const answer = await post(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'system_chain' }))
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await answer.json()).toEqual({ jsonrpc: '2.0', id: 1, result: 'Bittensor' })
    const refused = await post(JSON.stringify({ ...health(1), method: 'chain_subscribeNewHeads' }))
    expect(await refused.json()).toMatchObject({ error: { code: -32601, data: 'subscriptions need a WebSocket' } })
  })

  it('takes JSON by POST, and no more of it than a socket does', async () => {
    expect((await fetch(httpUrl)).status).toBe(405)
    expect((await post('{}', 'text/plain')).status).toBe(415)
    expect((await post('x'.repeat(LIMITS.messageBytes + 1)).catch(() => ({ status: 413 }))).status).toBe(413)
    while (chain.endpoint.clients > 0) await fetch(httpUrl)
  })
})

describe('who may connect', () => {
  it('is everybody on this machine but the pages of strangers', async () => {
    for (const origin of ['http://localhost:3000', 'http://127.0.0.1', 'https://polkadot.js.org']) {
      await using client = await RawClient.connect(chain.server.url, { origin })
      expect(await client.result('system_chain')).toBe('Bittensor')
    }
    for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'null']) {
      await expect(RawClient.connect(chain.server.url, { origin })).rejects.toThrow('401')
    }
  })

  it('is nobody else, unless it is said', async () => {
    await expect(serve(chain.endpoint, { port: 0, host: '0.0.0.0' })).rejects.toMatchObject({ code: 'usage' })
    await using open = await serve(chain.endpoint, { port: 0, host: '0.0.0.0', openToOthers: true })
    await using client = await RawClient.connect(`ws://127.0.0.1:${open.port}`)
    expect(await client.result('system_chain')).toBe('Bittensor')
  })

  it('is told when the port is taken', async () => {
    await expect(serve(chain.endpoint, { port: chain.server.port })).rejects.toMatchObject({
      code: 'unavailable',
      message: `port ${chain.server.port} is in use`,
    })
  })
})

describe('hostile clients', () => {
  const stillThere = async () => {
    await using client = await chain.connect()
    expect(await client.result('system_chain')).toBe('Bittensor')
    expect(chain.failures).toEqual([])
  }

  it('get an answer, or none, to any JSON', async () => {
    await using client = await chain.connect()
    const { methods } = (await client.result('rpc_methods')) as { methods: string[] }
    const offered = methods.filter((name) => !name.startsWith('dev_'))
    const call = fc.record({
      jsonrpc: fc.constant('2.0'),
      id: fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.jsonValue()),
      method: fc.oneof(fc.constantFrom(...offered), fc.string()),
      params: fc.oneof(fc.array(fc.oneof(fc.jsonValue(), fc.constantFrom('0x', '0x00', '0xzz', -1, 1e300)))),
    })
    const message = fc
      .oneof(call, fc.array(call, { maxLength: 5 }), fc.jsonValue())
      .map((value) => JSON.stringify(value))
    const text = fc.oneof({ weight: 4, arbitrary: message }, { weight: 1, arbitrary: fc.string({ unit: 'binary' }) })
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 20 }), async (texts) => {
        await using hostile = await chain.connect()
        for (const each of texts) hostile.send(each)
        await hostile.result('system_health').catch(() => undefined)
      }),
      { numRuns: 60 },
    )
    await stillThere()
  })

  it('cannot stop it with long, deep or broken messages', async () => {
    const nested = '['.repeat(1_000_000)
    expect(await answerTo(nested)).toMatchObject({ error: { code: -32700 } })
    expect(await answerTo(`${nested}${']'.repeat(1_000_000)}`)).toMatchObject([{ error: { code: -32600 } }])
    const long = { ...health(1), method: 'system_chain', params: ['x'.repeat(10_000_000)] }
    expect(await answerTo(long)).toMatchObject({ result: 'Bittensor' })
    const address = { ...health(1), method: 'system_accountNextIndex', params: ['1'.repeat(1_000_000)] }
    expect(await answerTo(address)).toMatchObject({ error: { code: -32602 } })
    await using tooLong = await chain.connect()
    tooLong.send('x'.repeat(LIMITS.messageBytes + 1))
    expect(await tooLong.closed).toBe(1009)
    await using broken = await chain.connect()
    broken.socket.send(Buffer.from([0xff, 0xfe]), { binary: false })
    expect(await broken.closed).toBe(1007)
    await stillThere()
  })

  it('cannot stop it with thousands of subscriptions, or connections', async () => {
    const many = await Promise.all(Array.from({ length: 20 }, () => chain.connect()))
    const subscribe = { ...health(1), method: 'state_subscribeStorage', params: [['0x01', '0x02']] }
    for (const client of many) client.send(Array.from({ length: 1000 }, (_, id) => ({ ...subscribe, id })))
    await Promise.all(many.map((client) => client.until(Array.isArray)))
    chain.node.setStorage('0x01', '0x01')
    chain.node.produceBlocks(1)
    await stillThere()
    for (const client of many) client.socket.terminate()
    await Promise.all(many.map(({ closed }) => closed))

    const crowd = await Promise.allSettled(Array.from({ length: 150 }, () => chain.connect()))
    const inside = crowd.filter((each) => each.status === 'fulfilled').map(({ value }) => value)
    expect(inside.length).toBeLessThanOrEqual(LIMITS.clients)
    expect(inside.length).toBeGreaterThan(LIMITS.clients - 10)
    for (const client of inside) client.socket.terminate()
    await Promise.all(inside.map(({ closed }) => closed))
    await expect.poll(() => chain.connect().then((client) => client.result('system_chain'))).toBe('Bittensor')
  })
})
