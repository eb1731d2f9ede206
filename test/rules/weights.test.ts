import { describe, expect, it } from 'vitest'
import {
  decideWeights,
  type Neurons,
  normaliseWeights,
  type WeightSettings,
  weightsAllowedFrom,
} from '../../src/rules/weights.ts'
import type { LeaderEntry } from '../../src/state/leader.ts'
import fc from '../support/properties.ts'

const entry = (hotkey: string, weight: number, effective_block = 100): LeaderEntry => ({
  hotkey,
  weight,
  effective_block,
})
const neurons: Neurons = {
  block: 1000,
  uids: new Map([
    ['5Owner', 199],
    ['5Leader', 3],
    ['5Fund', 7],
  ]),
  ownerHotkey: '5Owner',
}
const settings: WeightSettings = {
  remainderTo: 'owner',
  leaderless: 'hold',
  deregistered: 'hold',
  waitForSwitchBlocks: 125,
}
const decide = (leaders: LeaderEntry[], changes: Partial<WeightSettings> = {}, at: Partial<Neurons> = {}) =>
  decideWeights(leaders, { ...neurons, ...at }, { ...settings, ...changes })
const set = (uids: number[], values: number[]) => ({ kind: 'set', weights: { uids, values } })

describe('the weights of a crown', () => {
  it('are the ones that Bittensor’s own clients make of its share and the rest', () => {
    const weights = (weight: number) => decide([entry('5Leader', weight)])
    expect(weights(1)).toMatchObject(set([3], [65535]))
    expect(weights(0.8)).toMatchObject(set([3, 199], [65535, 16384]))
    expect(weights(0.6)).toMatchObject(set([3, 199], [65535, 43690]))
    expect(weights(0.4)).toMatchObject(set([3, 199], [43690, 65535]))
    expect(weights(0.2)).toMatchObject(set([3, 199], [16384, 65535]))
    expect(weights(0)).toMatchObject(set([199], [65535]))
    expect(weights(1e-6)).toMatchObject({
      ...set([199], [65535]),
      reason: 'the crown of 5Leader (uid 3) is worth 0.000001; all to the subnet’s owner 5Owner (uid 199)',
    })
    expect(weights(0.8)).toMatchObject({
      reason: 'the crown of 5Leader (uid 3) is worth 0.8; 0.2 to the subnet’s owner 5Owner (uid 199)',
    })
  })

  it('go to the leader of that block, whose uid is the one of that block', () => {
    const leaders = [entry('5Fund', 1, 0), entry('5Leader', 1, 500), entry('5Fund', 1, 5000)]
    expect(decide(leaders)).toMatchObject(set([3], [65535]))
    expect(decide(leaders, {}, { block: 300 })).toMatchObject(set([7], [65535]))
    expect(decide(leaders, {}, { uids: new Map([['5Leader', 4]]) })).toMatchObject(set([4], [65535]))
  })

  it('leave the rest to a hotkey, where the settings name one', () => {
    const remainderTo = { hotkey: '5Fund' }
    expect(decide([entry('5Leader', 0.8)], { remainderTo })).toMatchObject(set([3, 7], [65535, 16384]))
    expect(decide([entry('5Fund', 0.8)], { remainderTo })).toMatchObject(set([7], [65535]))
    expect(decide([entry('5Leader', 0.8)], { remainderTo: { hotkey: '5Gone' } })).toEqual({
      kind: 'hold',
      reason:
        'the crown of 5Leader (uid 3) is worth 0.8, but the remainder’s hotkey 5Gone is not registered at block 1000: ' +
        'the weights stay as they are',
    })
    expect(decide([entry('5Leader', 1)], { remainderTo: { hotkey: '5Gone' } })).toMatchObject(set([3], [65535]))
    expect(decide([entry('5Leader', 0.8)], {}, { ownerHotkey: undefined })).toMatchObject({
      kind: 'hold',
      reason: expect.stringContaining('but the subnet’s owner is not registered'),
    })
  })

  it('stay as they are while there is nobody to pay, unless the settings give all to the rest', () => {
    expect(decide([])).toEqual({
      kind: 'hold',
      reason: 'nobody wears the crown at block 1000: the weights stay as they are',
    })
    expect(decide([entry('5Gone', 1)])).toEqual({
      kind: 'hold',
      reason: 'the leader 5Gone is not registered on the subnet at block 1000: the weights stay as they are',
    })
    expect(decide([], { leaderless: 'remainder' })).toMatchObject({
      ...set([199], [65535]),
      reason: 'nobody wears the crown at block 1000; all to the subnet’s owner 5Owner (uid 199)',
    })
    expect(decide([], { deregistered: 'remainder' })).toMatchObject({ kind: 'hold' })
    expect(decide([entry('5Gone', 1)], { leaderless: 'remainder' })).toMatchObject({ kind: 'hold' })
    expect(decide([entry('5Gone', 1)], { deregistered: 'remainder' })).toMatchObject({
      ...set([199], [65535]),
      reason: expect.stringMatching(/5Gone is not registered .*; all to the subnet’s owner/),
    })
  })

  it('wait for a change of the crown that is near', () => {
    const leaders = [entry('5Leader', 1), entry('5Fund', 1, 1125), entry('5Leader', 1, 9000)]
    expect(decide(leaders)).toEqual({
      kind: 'wait',
      untilBlock: 1125,
      reason: 'the crown changes at block 1125: weights wait for that',
    })
    expect(decide(leaders, { waitForSwitchBlocks: 124 })).toMatchObject(set([3], [65535]))
    expect(decide(leaders, {}, { block: 1125 })).toMatchObject(set([7], [65535]))
  })

  it('are not made of what is no share', () => {
    for (const weight of [-0.1, 1.1, Number.NaN]) {
      expect(() => decide([entry('5Leader', weight)])).toThrow(/no share of the emission/)
    }
  })

  it('never go to the owner alone without saying so', () => {
    const leaders = fc.array(
      fc.record({
        hotkey: fc.constantFrom('5Leader', '5Owner', '5Gone'),
        weight: fc.oneof(fc.constantFrom(0, 1e-9, 1), fc.double({ min: 0, max: 1, noNaN: true })),
        effective_block: fc.nat(2000),
      }),
      { maxLength: 3 },
    )
    const either = fc.constantFrom('hold' as const, 'remainder' as const)
    fc.assert(
      fc.property(leaders, either, either, (entries, leaderless, deregistered) => {
        const decision = decide(entries, { leaderless, deregistered, waitForSwitchBlocks: 0 })
        if (decision.kind !== 'set' || decision.weights.uids.join() !== '199') return
        expect(decision.reason).toMatch(/crown of 5Owner|; all to the subnet’s owner/)
      }),
      { numRuns: 500 },
    )
  })
})

describe('weights as the chain stores them', () => {
  const shares = fc.uniqueArray(fc.tuple(fc.nat(65_535), fc.double({ min: 0, max: 1e300, noNaN: true })), {
    selector: ([uid]) => uid,
    maxLength: 40,
  })

  it('keep the proportions to half a step, the order, and nothing that is 0', () => {
    fc.assert(
      fc.property(shares, (pairs) => {
        const weights = normaliseWeights(new Map(pairs))
        const largest = Math.max(0, ...pairs.map(([, share]) => share))
        expect(weights === undefined).toBe(largest === 0)
        if (weights === undefined) return
        const { uids, values } = weights
        expect(uids).toEqual(uids.toSorted((a, b) => a - b))
        expect(Math.max(...values)).toBe(65535)
        expect(Math.min(...values)).toBeGreaterThan(0)
        const stored = new Map(uids.map((uid, index) => [uid, values[index] as number]))
        for (const [uid, share] of pairs) {
          expect(Math.abs((stored.get(uid) ?? 0) - (share / largest) * 65535)).toBeLessThanOrEqual(0.5)
          for (const [other, less] of pairs) {
            if (less <= share) expect(stored.get(other) ?? 0).toBeLessThanOrEqual(stored.get(uid) ?? 0)
          }
        }
      }),
    )
  })

  it('do not drift: set again as they are read, they stay', () => {
    fc.assert(
      fc.property(shares, (pairs) => {
        const once = normaliseWeights(new Map(pairs))
        if (once === undefined) return
        expect(normaliseWeights(new Map(once.uids.map((uid, at) => [uid, once.values[at] as number])))).toEqual(once)
      }),
    )
  })

  it('are not made of what is no weight', () => {
    expect(normaliseWeights(new Map())).toBeUndefined()
    expect(normaliseWeights(new Map([[1, 0]]))).toBeUndefined()
    const bad = [
      [1, -1],
      [1, Number.NaN],
      [1, Number.POSITIVE_INFINITY],
      [-1, 1],
      [65536, 1],
      [0.5, 1],
    ] as const
    for (const pair of bad) expect(() => normaliseWeights(new Map([pair]))).toThrow(/not a weight/)
  })

  it('are taken again when the rate limit has passed', () => {
    expect([weightsAllowedFrom(0, 100), weightsAllowedFrom(500, 100)]).toEqual([0, 600])
  })
})
