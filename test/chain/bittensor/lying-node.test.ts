import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Bittensor } from '../../../src/chain/bittensor/bittensor.ts'
import { openBittensor } from '../../../src/chain/bittensor/open.ts'
import { FINNEY_GENESIS } from '../../../src/chain/networks.ts'
import { RoundkeeperError } from '../../../src/errors.ts'
import fc from '../../support/properties.ts'
import { type RawNode, rawNode } from './raw-node.ts'
import { NETUID, type World, world } from './world.ts'

/** Texts that look like what nodes answer, and are not. */
const texts = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.uint8Array({ maxLength: 80 }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`),
  fc.constantFrom('0x', '0x0', '0xffffffffffffffff', '-1', '1e400', '0x7fffffff', `0x${'ff'.repeat(32)}`),
)
const odd = fc.constantFrom<unknown>(
  { toString: 1, valueOf: 1 },
  { length: 1e9 },
  [[[]]],
  { changes: [[1, 2]] },
  -1,
  1e300,
)
const lies = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  texts,
  odd,
  fc.array(texts, { maxLength: 4 }),
  fc.array(fc.array(fc.oneof(texts, odd), { maxLength: 3 })).map((changes) => [{ block: '0x00', changes }]),
  fc.record({ number: fc.oneof(texts, odd), parentHash: texts }),
  fc.record({ specVersion: fc.oneof(texts, odd, fc.integer()) }),
  fc.record({ block: fc.record({ extrinsics: fc.array(fc.oneof(texts, odd)) }) }),
)

const METHODS = [
  'chain_getBlockHash',
  'chain_getFinalizedHead',
  'chain_getHeader',
  'state_getRuntimeVersion',
  'state_getKeysPaged',
  'state_queryStorageAt',
  'state_getStorage',
  'state_call',
] as const

const QUESTIONS: readonly ((chain: Bittensor) => Promise<unknown>)[] = [
  (chain) => chain.head(),
  (chain) => chain.block(2),
  (chain) => chain.reveals(NETUID, 2),
  (chain) => chain.registrations(NETUID, 2),
  (chain) => chain.metagraph(NETUID),
  (chain) => chain.hyperparameters(NETUID),
  (chain) => chain.commitments(NETUID),
  (chain) => chain.weights(NETUID, 0),
  (chain) => chain.beacon(),
  (chain) => chain.randomness({ kind: 'block', block: 2 }),
]

describe('a node that lies', () => {
  let made: World
  let between: RawNode
  let behind: WebSocket
  let lie: { readonly method: string; readonly result: unknown } | undefined
  beforeAll(async () => {
    made = await world()
    made.miner()
    made.node.produceBlocks(4)
    behind = new WebSocket(made.url)
    await new Promise((resolve) => behind.once('open', resolve))
    const askers = new Map<number, { readonly id: number; readonly reply: (text: string) => void }>()
    let last = 0
    behind.on('message', (data) => {
      const message = JSON.parse(String(data))
      const asker = askers.get(message.id)
      askers.delete(message.id)
      asker?.reply(JSON.stringify({ ...message, id: asker.id }))
    })
    between = await rawNode((message, socket) => {
      if (message.method === lie?.method) return { id: message.id, result: lie.result }
      askers.set(++last, { id: message.id, reply: (text) => socket.send(text) })
      behind.send(JSON.stringify({ ...message, id: last }))
      return undefined
    })
  })
  afterAll(async () => {
    behind.terminate()
    await between[Symbol.asyncDispose]()
    await made[Symbol.asyncDispose]()
  })

  it.each(METHODS)('about %s is found out, or believed; nothing else goes wrong', async (method) => {
    const chain = await openBittensor({ endpoint: between.url, timeoutMs: 60_000 })
    await chain.metagraph(NETUID)
    await fc.assert(
      fc.asyncProperty(lies, fc.constantFrom(...QUESTIONS), async (result, ask) => {
        lie = { method, result }
        const told = await ask(chain).catch((error: unknown) => error)
        lie = undefined
        if (told instanceof Error) expect(told).toBeInstanceOf(RoundkeeperError)
      }),
      { numRuns: 25 },
    )
    await chain[Symbol.asyncDispose]()
    const after = await openBittensor({ endpoint: between.url, timeoutMs: 60_000 })
    expect((await after.head()).number).toBe(made.node.finalizedHead().number)
    await after[Symbol.asyncDispose]()
  })

  it('gets nothing sealed for a key of its own under the name of a public chain', async () => {
    lie = { method: 'chain_getBlockHash', result: FINNEY_GENESIS }
    const chain = await openBittensor({ endpoint: between.url, timeoutMs: 60_000 })
    lie = undefined
    expect(chain.genesisHash).toBe(FINNEY_GENESIS)
    await expect(chain.beacon()).rejects.toMatchObject({ code: 'refused', hint: expect.stringContaining('not trust') })
    await chain[Symbol.asyncDispose]()
  })
})
