import { describe, expect, it } from 'vitest'
import { blockOn, DevBlock } from '../../../src/chain/dev/blocks/block.ts'
import { BlockStore } from '../../../src/chain/dev/blocks/block-store.ts'
import type { Hex } from '../../../src/chain/dev/substrate-node.ts'
import fc from '../../support/properties.ts'

const ZERO: Hex = `0x${'00'.repeat(32)}`
const [ITEM, OTHER]: readonly [Hex, Hex] = [`0x${'aa'.repeat(32)}`, `0x${'bb'.repeat(32)}`]
const keys: readonly Hex[] = [`${ITEM}01`, `${ITEM}02`, `${ITEM}0201`, OTHER]

const write = fc.tuple(fc.constantFrom(...keys), fc.option(fc.constantFrom<Hex>('0x01', '0x02'), { nil: undefined }))
const step = fc.oneof(
  fc.record({ writes: fc.array(write, { maxLength: 3 }) }),
  fc.record({ writes: fc.array(write, { maxLength: 3 }) }),
  fc.record({ leave: fc.integer({ min: 1, max: 4 }) }),
)

describe('the store of blocks', () => {
  it('knows the state after every block, on whatever branch', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const genesis = blockOf(0, undefined, new Map([[ITEM, '0x00']]))
        const store = new BlockStore(genesis, blockOf(6, undefined, new Map()))
        /** What there is to be read after each block that ever was. */
        const states = new Map<DevBlock, Map<Hex, Hex>>()
        states.set(store.head, new Map([[ITEM, '0x00']]))
        let branch = 0
        for (const each of steps) {
          if ('leave' in each) {
            store.leave(Math.max(store.first.number, store.head.number - each.leave))
            branch++
            continue
          }
          const changes = new Map(each.writes)
          const state = new Map(states.get(store.head))
          for (const [key, value] of changes) {
            if (value === undefined) state.delete(key)
            else state.set(key, value)
          }
          const block = blockOn(store.head, { timeMs: 0, changes, branch })
          store.append(block)
          states.set(block, state)
        }
        for (const [block, state] of states) {
          expect(store.byHash(block.hash)).toBe(block)
          for (const key of keys) expect(store.read(key, block)).toBe(state.get(key))
          for (const prefix of ['0x', '0xaa', ITEM, keys[1], OTHER] as Hex[]) {
            const expected = [...state.keys()].filter((key) => key.startsWith(prefix)).sort()
            expect(store.keys(prefix, block)).toEqual(expected)
          }
        }
      }),
    )
  })

  it('has numbers for the best chain only, and none between the genesis and its first block', () => {
    const store = new BlockStore(blockOf(0), blockOf(6))
    const seven = blockOn(store.head, { timeMs: 0, branch: 0 })
    store.append(seven)
    expect([0, 1, 5, 6, 7, 8].map((number) => store.at(number)?.number)).toEqual([
      0,
      undefined,
      undefined,
      6,
      7,
      undefined,
    ])
    expect(store.leave(6)).toEqual([seven])
    expect(store.at(7)).toBeUndefined()
    expect(store.isBest(seven)).toBe(false)
    const other = blockOn(store.head, { timeMs: 0, branch: 1 })
    expect(other.hash).not.toBe(seven.hash)
  })
})

function blockOf(number: number, parent?: DevBlock, changes: ReadonlyMap<Hex, Hex> = new Map()): DevBlock {
  const roots = { parentHash: ZERO, stateRoot: ZERO, extrinsicsRoot: ZERO }
  return new DevBlock({ number, parent, timeMs: 0, extrinsics: [], changes, ...roots })
}
