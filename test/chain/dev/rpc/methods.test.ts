import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Endpoint } from '../../../../src/chain/dev/rpc/endpoint.ts'
import { FakeNode } from './fake-node.ts'
import type { RawClient } from './raw-client.ts'
import { served } from './served.ts'

const chain = await served()
const { node } = chain
let client: RawClient
beforeAll(async () => {
  client = await chain.connect()
})
afterAll(async () => {
  await client[Symbol.asyncDispose]()
  await chain[Symbol.asyncDispose]()
})

const unknown = `0x${'ab'.repeat(32)}`

describe('chain_', () => {
  it('names hashes by number, by list, of the head, and null for what is not there', async () => {
    const { hash } = node.produceBlocks(3)
    expect(await client.result('chain_getBlockHash')).toBe(hash)
    expect(await client.result('chain_getHead', null)).toBe(hash)
    expect(await client.result('chain_getBlockHash', 0)).toBe(node.genesisHash)
    expect(await client.result('chain_getBlockHash', '0x1')).toBe(node.hashOf(1))
    expect(await client.result('chain_getBlockHash', [0, 1, 999])).toEqual([node.hashOf(0), node.hashOf(1), null])
    expect(await client.result('chain_getFinalizedHead')).toBe(node.hashOf(0))
    expect(await client.result('chain_getFinalisedHead')).toBe(node.hashOf(0))
  })

  it('shows headers and blocks, of the head unless one is named', async () => {
    const { hash, header } = node.head()
    expect(await client.result('chain_getHeader')).toEqual(header)
    expect(await client.result('chain_getHeader', node.hashOf(1))).toEqual(node.block(node.hashOf(1)!)?.header)
    expect(await client.result('chain_getBlock', hash.toUpperCase().replace('0X', '0x'))).toEqual({
      block: { header, extrinsics: ['0x00'] },
      justifications: null,
    })
    expect(await client.result('chain_getHeader', unknown)).toBeNull()
    expect(await client.result('chain_getBlock', unknown)).toBeNull()
  })
})

describe('state_', () => {
  it('reads storage as of a block', async () => {
    const before = node.head().hash
    node.setStorage('0xaa01', '0x0102')
    node.setStorage('0xaa02', '0x')
    const { hash } = node.produceBlocks(1)
    for (const method of ['state_getStorage', 'state_getStorageAt']) {
      expect(await client.result(method, '0xAA01')).toBe('0x0102')
      expect(await client.result(method, '0xaa01', before)).toBeNull()
      expect(await client.result(method, '0xaa02', hash)).toBe('0x')
    }
    expect(await client.result('state_getStorageSize', '0xaa01')).toBe(2)
    expect(await client.result('state_getStorageSize', '0xaa03')).toBeNull()
    // BLAKE2b-256 of the bytes 01 02, as every implementation has it.
    expect(await client.result('state_getStorageHash', '0xaa02')).toBe(
      '0x0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8',
    )
    expect(await client.result('state_queryStorageAt', ['0xaa01', '0xaa03'])).toEqual([
      {
        block: hash,
        changes: [
          ['0xaa01', '0x0102'],
          ['0xaa03', null],
        ],
      },
    ])
  })

  it('lists keys in pages', async () => {
    for (let n = 0; n < 25; n++) node.setStorage(`0xbb${n.toString(16).padStart(2, '0')}`, '0x01')
    node.produceBlocks(1)
    const pages: string[][] = []
    for (let after: string | null = null; ; after = pages.at(-1)!.at(-1)!) {
      const page = (await client.result('state_getKeysPaged', '0xbb', 10, after)) as string[]
      if (page.length === 0) break
      pages.push(page)
    }
    expect(pages.map((page) => page.length)).toEqual([10, 10, 5])
    expect(pages.flat()).toEqual(await client.result('state_getKeys', '0xbb'))
    expect((await client.ask('state_getKeysPaged', '0xbb', 1001)).error).toMatchObject({ code: 4002 })
  })

  it('answers runtime calls, metadata and version', async () => {
    expect(await client.result('state_call', 'Echo', '0x0badcafe')).toBe('0x0badcafe')
    expect(await client.result('state_getMetadata')).toBe('0x0e')
    expect(await client.result('state_getRuntimeVersion')).toEqual(node.runtimeVersion)
    expect(await client.result('chain_getRuntimeVersion', node.genesisHash)).toEqual(node.runtimeVersion)
  })

  it('says that it does not know a block, as a node does', async () => {
    const calls: [string, ...unknown[]][] = [
      ['state_getStorage', '0xaa01', unknown],
      ['state_queryStorageAt', ['0xaa01'], unknown],
      ['state_getKeysPaged', '0xaa', 10, null, unknown],
      ['state_getRuntimeVersion', unknown],
    ]
    for (const [method, ...params] of calls) {
      expect((await client.ask(method, ...params)).error).toEqual({
        code: 4003,
        message: `Client error: UnknownBlock: Header was not found in the database: ${unknown}`,
      })
    }
  })
})

describe('a node that is no archive', () => {
  it('has no state of blocks that have been final for long', async () => {
    const fake = new FakeNode()
    const endpoint = new Endpoint(fake, { clock: chain.clock, keepStates: 2 })
    const session = endpoint.open({ disconnect: () => undefined })
    const stored = (number: number) => session.ask('state_getStorage', ['0x01', fake.hashOf(number)])
    fake.produceBlocks(5)
    await stored(0)
    fake.finalize()
    await stored(3)
    await expect(stored(2)).rejects.toMatchObject({
      code: 4003,
      message: `Client error: UnknownBlock: State already discarded for ${fake.hashOf(2)}`,
    })
    expect((await session.ask('chain_getHeader', [fake.hashOf(2)])).result).toMatchObject({ number: '0x2' })
  })
})

describe('system_ and author_', () => {
  it('say what clients ask when they connect', async () => {
    expect(await client.result('system_chain')).toBe('Bittensor')
    expect(await client.result('system_properties')).toEqual({ ss58Format: 42, tokenDecimals: 9, tokenSymbol: 'TAO' })
    expect(await client.result('system_health')).toEqual({ peers: 0, isSyncing: false, shouldHavePeers: false })
    expect(await client.result('account_nextIndex', '5F…')).toBe(5)
    expect(await client.result('system_syncState')).toMatchObject({ currentBlock: node.head().number })
  })

  it("hand on what the pool says, with the node's own codes", async () => {
    expect(await client.result('author_submitExtrinsic', '0x0123')).toMatch(/^0xe+0123$/)
    expect(await client.result('author_pendingExtrinsics')).toEqual(['0x0123'])
    const refusal = { code: 1010, message: 'Invalid Transaction', data: 'Transaction has a bad signature' }
    expect((await client.ask('author_submitExtrinsic', '0xbad0')).error).toEqual(refusal)
    expect((await client.ask('author_submitAndWatchExtrinsic', '0xbad0')).error).toEqual(refusal)
  })
})

describe('dev_', () => {
  it('does with the chain what its owner may', async () => {
    const { number } = node.head()
    expect(await client.result('dev_produceBlock')).toBe(node.hashOf(number + 1))
    expect(await client.result('dev_produceBlock', 3)).toBe(node.hashOf(number + 4))
    const left = node.head().hash
    expect(await client.result('dev_reorg', 2)).toBe(node.head().hash)
    expect(node.head().number).toBe(number + 5)
    expect(await client.result('chain_getBlockHash', number + 4)).not.toBe(left)
    await client.result('dev_setTime', 1_760_000_000_000)
    await client.result('dev_stall')
    await client.result('dev_stall', false)
    await client.result('dev_endow', '5F', '18446744073709551615')
    await client.result('dev_register', 17, '5F', '5C')
    expect(node.said).toEqual([
      ['setTime', 1_760_000_000_000],
      ['stall', true],
      ['stall', false],
      ['endow', '5F', 18446744073709551615n],
      ['register', 17, '5F', '5C'],
    ])
    await client.result('dev_setStorage', '0xcc', '0x01')
    await client.result('dev_produceBlock')
    expect(await client.result('state_getStorage', '0xcc')).toBe('0x01')
  })

  it('refuses nonsense, and says which', async () => {
    expect((await client.ask('dev_produceBlock', 0)).error?.data).toContain('1 to 10000')
    expect((await client.ask('dev_endow', '5F', '-1')).error?.data).toContain('parameter 1')
    expect((await client.ask('dev_mischief', { kind: 'rude' })).error).toMatchObject({ code: -32602 })
  })
})

describe('what there is', () => {
  it('is listed, aliases too, and every method that is listed exists', async () => {
    const { methods } = (await client.result('rpc_methods')) as { methods: string[] }
    for (const needed of ['account_nextIndex', 'state_call', 'state_getStorageAt', 'chain_subscribeNewHead']) {
      expect(methods).toContain(needed)
    }
    expect(methods).toEqual([...new Set(methods)].sort())
    const asked = methods.filter((name) => name !== 'dev_disconnect')
    const answers = await Promise.all(asked.map((name) => client.ask(name, 'nonsense')))
    expect(answers.filter(({ error }) => error?.code === -32601)).toEqual([])
    expect((await client.ask('state_traceBlock')).error).toEqual({ code: -32601, message: 'Method not found' })
    expect(chain.failures).toEqual([])
  })
})
