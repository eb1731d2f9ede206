import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bittensor } from '../../../src/chain/bittensor/bittensor.ts'
import { readCommitments, readReveals } from '../../../src/chain/bittensor/commitments.ts'
import type { StateAt } from '../../../src/chain/bittensor/state-at.ts'
import { encodeRegistration, encodeRevealed, type Registration } from '../../../src/chain/commitment-data.ts'
import type { Hex } from '../../../src/chain/dev/substrate-node.ts'
import { encodePayload } from '../../../src/chain/reveal-payload.ts'
import { join } from '../../../src/chain/scale.ts'
import fc from '../../support/properties.ts'
import { storageKey } from './storage-key.ts'
import { NETUID, type World, world } from './world.ts'

/** Values of two hotkeys, the first of a stranger's making. */
const STRANGER = new Uint8Array(32).fill(0x01)
const HONEST = new Uint8Array(32).fill(0x02)

const payloads = fc.oneof(
  fc.uint8Array({ maxLength: 1024 }),
  fc.string({ unit: 'binary', maxLength: 200 }).map(encodePayload),
  fc.json().map((text) => encodePayload(text.slice(0, 500))),
  fc.constantFrom('1', 'null', '[]', '"x"', '{}', '{"commit":1}').map(encodePayload),
  // A length in front that is not the length.
  fc.uint8Array({ maxLength: 50 }).map((bytes) => join(new Uint8Array([0xfe, 0xff, 0xff, 0xff]), bytes)),
)
const lists = fc.array(
  fc.record({ payload: payloads, block: fc.oneof(fc.nat().map(BigInt), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })) }),
  {
    maxLength: 10,
  },
)
const values = fc.oneof(lists.map(encodeRevealed), fc.uint8Array({ maxLength: 3000 }))

describe('whatever lies on the chain', () => {
  let made: World
  let chain: Bittensor
  beforeAll(async () => {
    made = await world({ finalityLag: 0 })
    chain = await made.open()
  })
  afterAll(() => made[Symbol.asyncDispose]())

  const put = (item: string, account: Uint8Array, value: Uint8Array) =>
    made.node.setStorage(storageKey('Commitments', item, NETUID, account), hex(value))

  it('hides nobody else’s reveals, and none of its own', async () => {
    const honest = { payload: encodePayload('{"commit": "honest"}'), block: 7n }
    await fc.assert(
      fc.asyncProperty(values, async (value) => {
        const reveals = await readReveals(stateOf(value, encodeRevealed([honest])), NETUID, 9)
        const [theirs, ours] = [reveals.slice(0, -1), reveals.at(-1)]
        expect(ours).toMatchObject({ block: 7, text: '{"commit": "honest"}' })
        for (const { text, block, hotkey } of theirs) {
          expect(hotkey).not.toBe(ours?.hotkey)
          expect(text.isWellFormed()).toBe(true)
          expect(text.length).toBeLessThanOrEqual(4098)
          expect(Number.isSafeInteger(block) && block >= 0).toBe(true)
        }
        if (value.length > 0 && value[0] !== 0) expect(theirs).not.toEqual([])
      }),
    )
  })

  it('keeps the number, order and blocks of the reveals that can be told apart', async () => {
    await fc.assert(
      fc.asyncProperty(lists, async (list) => {
        put('RevealedCommitments', STRANGER, encodeRevealed(list))
        const { number } = made.node.produceBlocks(1)
        const reveals = (await chain.reveals(NETUID, number)).filter(({ text }) => text !== '{"commit": "honest"}')
        expect(reveals.map(({ block }) => block)).toEqual(
          list.map(({ block }) => Math.min(Number(block), Number.MAX_SAFE_INTEGER)),
        )
      }),
      { numRuns: 40 },
    )
  })

  it('hides nobody else’s commitment', async () => {
    const registration: Registration = { deposit: 0n, block: 3, fields: [{ kind: 'raw', bytes: new Uint8Array([1]) }] }
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (value) => {
        const held = await readCommitments(stateOf(value, encodeRegistration(registration)), NETUID)
        expect(held.at(-1)?.commitment).toEqual(registration)
      }),
    )
  })

  it('is read to its end, however many hotkeys there are', async () => {
    await using crowd = await world({ finalityLag: 0 })
    const value = hex(encodeRevealed([{ payload: encodePayload('x'), block: 1n }]))
    const account = (index: number) => new Uint8Array(Buffer.alloc(32, `hotkey ${index} `))
    for (let index = 0; index < 1050; index++) {
      crowd.node.setStorage(storageKey('Commitments', 'RevealedCommitments', NETUID, account(index)), value)
    }
    const { number } = crowd.node.produceBlocks(1)
    const hotkeys = (await (await crowd.open()).reveals(NETUID, number)).map(({ hotkey }) => hotkey)
    expect(new Set(hotkeys).size).toBe(1050)
    expect(hotkeys).toEqual(hotkeys.toSorted())
  })

  it('is shown as hex when it is no text, so that nothing of it is lost and nothing mistaken for JSON', async () => {
    const json = Buffer.from('{"commit": "\xff"}', 'latin1')
    put('RevealedCommitments', STRANGER, encodeRevealed([{ payload: new Uint8Array(json), block: 5n }]))
    const { number } = made.node.produceBlocks(1)
    const [reveal] = await chain.reveals(NETUID, number)
    expect(reveal).toMatchObject({ block: 5, text: `0x${json.toString('hex')}` })
  })

  it('stops no metagraph where the runtime gives up: it is read from storage', async () => {
    const expected = await chain.metagraph(NETUID)
    made.endpoint.mischief.play({ kind: 'error', method: 'state_call', code: 4003, message: 'Execution failed' })
    expect(await chain.metagraph(NETUID)).toEqual(expected)
    made.endpoint.mischief.stop()
  })
})

/** A state in which two hotkeys have these values. */
function stateOf(strangers: Uint8Array, honest: Uint8Array): StateAt {
  const entries = [
    { key: HONEST, bytes: honest },
    { key: STRANGER, bytes: strangers },
  ]
  return { entries: async () => entries } satisfies Pick<StateAt, 'entries'> as unknown as StateAt
}

const hex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`
