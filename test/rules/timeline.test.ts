import { describe, expect, it } from 'vitest'
import { auditsRequired, timeline } from '../../src/rules/timeline.ts'
import { exampleOf, MARGINS, QUALIFIED } from './worked-example.ts'

/** A small round from its scores in per cent, e.g. `{'leader a': 10}`. */
const inputOf = (order: string, scores: Record<string, number>, approved = '', rejected = '') => ({
  order: [...order],
  winMargin: 0.05,
  margin: (left: string, right: string) => {
    const score = scores[`${left} ${right}`]
    return score === undefined ? undefined : score / 100
  },
  approved: new Set(approved),
  rejected: new Set(rejected),
})

describe('qualification', () => {
  it('asks for the matches against the leader, strictly in order', () => {
    expect(timeline(inputOf('abc', {}))).toMatchObject({ next: { left: 'leader', right: 'a' }, judged: 0, needed: 3 })
    const later = timeline(inputOf('abc', { 'leader a': 1, 'leader c': 9 }))
    expect(later).toMatchObject({ next: { left: 'leader', right: 'b' }, judged: 1, needed: 3, qualified: [] })
  })

  it('leaves out who is rejected', () => {
    expect(timeline(inputOf('abc', {}, '', 'ab')).next).toEqual({ left: 'leader', right: 'c' })
  })

  it('requests the audit of the first who qualifies at once, and goes on', () => {
    const line = timeline(inputOf('abc', { 'leader a': 0, 'leader b': 5 }))
    expect(line).toMatchObject({
      qualified: ['b'],
      chain: [],
      requests: ['b'],
      waitingFor: ['b'],
      next: { left: 'leader', right: 'c' },
      winner: undefined,
    })
    expect(timeline(inputOf('abc', { 'leader a': 0, 'leader b': 5 }, 'b')).waitingFor).toEqual([])
  })

  it('ends with the leader when nobody takes part, qualifies, or is left', () => {
    expect(timeline(inputOf('', {}))).toMatchObject({ winner: 'leader', next: undefined, requests: [], needed: 0 })
    expect(timeline(inputOf('ab', {}, '', 'ab')).winner).toBe('leader')
    expect(timeline(inputOf('ab', { 'leader a': 4, 'leader b': -100 })).winner).toBe('leader')
    expect(timeline(inputOf('ab', { 'leader a': 4, 'leader b': 50 }, '', 'b')).winner).toBe('leader')
  })
})

describe('the chain', () => {
  const scores = { 'leader a': 5, 'leader b': 9, 'leader c': 9, 'leader d': 0, 'a b': 5, 'b c': 4 }

  it('lets each qualified one challenge whoever reigns; the margin itself is enough', () => {
    expect(timeline(inputOf('abcd', scores))).toEqual({
      qualified: ['a', 'b', 'c'],
      chain: ['a', 'b'],
      next: undefined,
      requests: ['a', 'b'],
      waitingFor: ['a', 'b'],
      winner: undefined,
      judged: 6,
      needed: 6,
    })
  })

  it('stops at the match that is missing', () => {
    const { 'b c': _, ...missing } = scores
    expect(timeline(inputOf('abcd', missing))).toMatchObject({
      chain: ['a', 'b'],
      next: { left: 'b', right: 'c' },
      judged: 5,
      needed: 6,
      winner: undefined,
    })
  })

  it('is settled when all its members are approved, and waits for the others until then', () => {
    expect(timeline(inputOf('abcd', scores, 'ab'))).toMatchObject({ winner: 'b', waitingFor: [] })
    expect(timeline(inputOf('abcd', scores, 'a'))).toMatchObject({ winner: undefined, waitingFor: ['b'] })
    expect(timeline(inputOf('abcd', { ...scores, 'b c': 5, 'a c': 5 }, 'ab'))).toMatchObject({
      chain: ['a', 'b', 'c'],
      winner: undefined,
      waitingFor: ['c'],
    })
  })

  it('starts over without a rejected member, on the matches already judged', () => {
    expect(timeline(inputOf('abcd', scores, '', 'a'))).toMatchObject({ chain: ['b'], next: undefined })
    expect(timeline(inputOf('abcd', scores, 'a', 'b'))).toMatchObject({
      chain: ['a'],
      next: { left: 'a', right: 'c' },
    })
    const withAc = { ...scores, 'a c': 5 }
    expect(timeline(inputOf('abcd', withAc, 'ac', 'b'))).toMatchObject({ chain: ['a', 'c'], winner: 'c' })
  })

  it('is not disturbed by the rejection of somebody who lost', () => {
    expect(timeline(inputOf('abcd', scores, 'ab', 'c')).winner).toBe('b')
  })
})

describe('a winner who cannot be unseated', () => {
  const scores = { 'leader a': 5, 'leader b': 9, 'a b': 5 }

  it('is settled before the other audits are in', () => {
    expect(timeline(inputOf('ab', scores, 'b'))).toMatchObject({ chain: ['a', 'b'], winner: 'b', waitingFor: [] })
  })

  it('has to be approved', () => {
    expect(timeline(inputOf('ab', scores, '')).winner).toBeUndefined()
    expect(timeline(inputOf('ab', scores, 'a')).winner).toBeUndefined()
  })

  it('has to win in every world, with the matches of each on record', () => {
    const three = { 'leader a': 5, 'leader b': 9, 'leader c': 9, 'a b': 0, 'a c': 5 }
    expect(timeline(inputOf('abc', three, 'c')).winner).toBeUndefined()
    expect(timeline(inputOf('abc', { ...three, 'b c': 4 }, 'c')).winner).toBeUndefined()
    expect(timeline(inputOf('abc', { ...three, 'b c': 5 }, 'c')).winner).toBe('c')
  })

  it('has to win also without a member between two who are approved', () => {
    const three = { 'leader a': 5, 'leader b': 9, 'leader c': 9, 'a b': 5, 'b c': 5 }
    expect(timeline(inputOf('abc', { ...three, 'a c': 4 }, 'ac')).winner).toBeUndefined()
    expect(timeline(inputOf('abc', { ...three, 'a c': 5 }, 'ac')).winner).toBe('c')
    expect(timeline(inputOf('abc', three, 'ac')).winner).toBeUndefined()
  })

  it('is given up on, not computed for ever, when too many audits are open', () => {
    // Everybody beats everybody: 2^30 worlds, all won by the last, who alone is approved.
    const order = Array.from({ length: 31 }, (_, i) => `k${i}`)
    const line = timeline({ ...inputOf('', {}), order, margin: () => 1, approved: new Set(['k30']) })
    expect(line).toMatchObject({ winner: undefined, next: undefined })
    expect(line.waitingFor).toHaveLength(30)
  })
})

describe('the worked example', () => {
  it('requests A and F first, and goes from chain to chain as audits fail', () => {
    expect(timeline(exampleOf([], []))).toMatchObject({
      qualified: QUALIFIED,
      chain: ['A', 'F'],
      requests: ['A', 'F'],
      waitingFor: ['A', 'F'],
      judged: 23,
      needed: 23,
    })
    const chains = ['A', 'AB', 'ABC', 'ABCD', 'ABCDE'].map((rejected) => timeline(exampleOf([], [...rejected])).chain)
    expect(chains.map((chain) => chain.join(''))).toEqual(['BF', 'CF', 'DF', 'EF', 'F'])
  })

  it('ends with F', () => {
    expect(timeline(exampleOf(['F'], [...'ABCDE']))).toMatchObject({ chain: ['F'], winner: 'F' })
  })

  it('could have ended as soon as F was approved, whatever became of the others', () => {
    expect(timeline(exampleOf(['F'], []))).toMatchObject({ chain: ['A', 'F'], winner: 'F', waitingFor: [] })
    const others = QUALIFIED.filter((hotkey) => hotkey !== 'F')
    for (let pattern = 0; pattern < 2 ** others.length; pattern++) {
      const rejected = others.filter((_, i) => pattern & (1 << i))
      expect(timeline(exampleOf(QUALIFIED, rejected)).winner).toBe('F')
    }
  })

  it('needed its audits in this order', () => {
    expect(auditsRequired(exampleOf(['F'], [...'ABCDE']))).toEqual(['A', 'F', 'B', 'C', 'D', 'E'])
  })

  it('asks nobody who was rejected before the first match', () => {
    const margins = new Map([...MARGINS].filter(([pair]) => !pair.includes('A')))
    expect(auditsRequired(exampleOf(['F'], [...'ABCDE'], margins))).toEqual(['B', 'F', 'C', 'D', 'E'])
  })
})
