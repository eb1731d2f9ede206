import { describe, expect, it } from 'vitest'
import {
  drandNetwork,
  drandOf,
  drandPublicKey,
  drandRoundAt,
  drandRoundFrom,
  drandRoundTime,
  quicknet,
} from '../../src/rules/drand.ts'
import fc from '../support/properties.ts'

const at = (ms: number) => new Date(quicknet.genesisMs + ms)

describe('the rounds of a drand network', () => {
  it('are counted from 1, at its genesis', () => {
    // 2023-08-23T15:09:27Z is quicknet's genesis.
    expect(drandRoundTime(quicknet, 1)).toEqual(new Date('2023-08-23T15:09:27Z'))
    expect([-1, 0, 2999, 3000].map((ms) => drandRoundAt(quicknet, at(ms)))).toEqual([0, 1, 1, 2])
    expect([-9999, 0, 1, 3000, 3001].map((ms) => drandRoundFrom(quicknet, at(ms)))).toEqual([1, 1, 2, 2, 3])
  })

  it('are the ones that time names, and time is theirs', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e12 }), (ms) => {
        const newest = drandRoundAt(quicknet, at(ms))
        const next = drandRoundFrom(quicknet, at(ms))
        expect(drandRoundTime(quicknet, newest + 1) > at(ms)).toBe(true)
        if (newest > 0) expect(drandRoundTime(quicknet, newest) <= at(ms)).toBe(true)
        expect(drandRoundTime(quicknet, next) >= at(ms)).toBe(true)
        expect(next - newest).toBeOneOf([0, 1])
      }),
    )
  })

  it('of a competition are quicknet’s, unless it names another network, which goes by its key', () => {
    const own = { public_key: 'ab'.repeat(96), genesis_time: 100, period: 0.5 }
    expect(drandOf({ drand: undefined })).toBe(quicknet)
    expect(drandOf({ drand: { ...own, public_key: quicknet.publicKey } })).toBe(quicknet)
    expect(drandOf({ drand: own })).toEqual({ name: own.public_key, genesisMs: 100_000, periodMs: 500 })
    expect(drandPublicKey(own.public_key)).toBe(own.public_key)
    for (const wrong of [{ public_key: 'ab' }, { public_key: 'AB'.repeat(96) }, { period: 0 }, { period: -3 }]) {
      expect(() => drandOf({ drand: { ...own, ...wrong } })).toThrow(/not a drand network/)
    }
  })

  it('belong to a network that is known by name or hash, and to no other', () => {
    expect(drandNetwork('quicknet')).toBe(quicknet)
    expect(drandNetwork(quicknet.hash)).toBe(quicknet)
    expect(() => drandNetwork('slownet')).toThrow(/unknown drand network/)
  })
})
