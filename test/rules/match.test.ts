import { describe, expect, it } from 'vitest'
import {
  confirmedMargin,
  criticalPrompts,
  isUndecided,
  penalised,
  scoreOf,
  settle,
  takesOver,
} from '../../src/rules/match.ts'
import { type DuelWinner, duelWinners, type MatchReport } from '../../src/state/duels.ts'
import type { Output } from '../../src/state/outputs.ts'
import fc from '../support/properties.ts'

const outputOf = (changes: Partial<Output> = {}): Output => ({
  glb: 'https://c.example/x.glb',
  png: 'https://c.example/x.png',
  generation_time: 0,
  size: 1,
  attempts: 0,
  distance: 0,
  ...changes,
})
const nobody = { left: new Set<string>(), right: new Set<string>() }
const limits = { maxSeconds: 180, toleranceRatio: 0.05 }

describe('the overtime penalty', () => {
  const stems = Array.from({ length: 128 }, (_, i) => `p${i}`)
  const slowOn = (slow: readonly string[], seconds = 181) =>
    Object.fromEntries(stems.map((stem) => [stem, outputOf({ generation_time: slow.includes(stem) ? seconds : 10 })]))

  it('spares the first six of 128, in the order of the prompts', () => {
    const slow = stems.filter((_, i) => i % 10 === 0)
    expect([...penalised(stems, slowOn(slow), limits)]).toEqual(slow.slice(6))
    expect(penalised(stems, slowOn(slow.slice(0, 6)), limits).size).toBe(0)
  })

  it('begins above the limit, and does not concern what is missing', () => {
    expect(penalised(stems, slowOn(stems, 180), limits).size).toBe(0)
    expect(penalised(stems, {}, { ...limits, toleranceRatio: 0 }).size).toBe(0)
  })
})

describe('a duel without a judge', () => {
  const some = outputOf()
  const none = outputOf({ png: null })
  it.each([
    [none, none, 'draw', 'No previews for chair'],
    [undefined, undefined, 'draw', 'No previews for chair'],
    [none, some, 'right', 'No preview for chair from left'],
    [undefined, some, 'right', 'No preview for chair from left'],
    [some, none, 'left', 'No preview for chair from right'],
    [some, undefined, 'left', 'No preview for chair from right'],
  ])('goes by missing previews (%#)', (left, right, winner, issues) => {
    expect(settle('chair', left, right, nobody)).toEqual({ winner, issues })
  })

  it.each([
    [['chair'], ['chair'], 'draw', 'Generation time exceeded for both'],
    [['chair'], [], 'right', 'Generation time exceeded for left'],
    [[], ['chair'], 'left', 'Generation time exceeded for right'],
  ])('then by time (%#)', (left, right, winner, issues) => {
    const late = { left: new Set(left), right: new Set(right) }
    expect(settle('chair', some, some, late)).toEqual({ winner, issues })
    expect(settle('chair', none, some, late)?.issues).toBe('No preview for chair from left')
  })

  it('then is a draw between identical models; otherwise a judge must look', () => {
    const [a, b] = [outputOf({ glb_sha256: 'aa' }), outputOf({ glb_sha256: 'bb' })]
    expect(settle('chair', a, a, nobody)).toEqual({ winner: 'draw', issues: 'Identical models' })
    expect(settle('chair', a, b, nobody)).toBeUndefined()
    expect(settle('chair', some, some, nobody)).toBeUndefined()
    expect(settle('chair', a, a, { left: new Set(['chair']), right: new Set() })?.winner).toBe('right')
  })
})

describe('a duel on a prompt that is void', () => {
  it('is skipped, whatever else there is to say', () => {
    const [a, none] = [outputOf({ glb_sha256: 'aa' }), outputOf({ png: null })]
    const late = { left: new Set(['chair']), right: new Set<string>() }
    for (const [left, right] of [
      [a, a],
      [a, none],
      [undefined, a],
    ])
      expect(settle('chair', left, right, late, 'poisoned')).toEqual({ winner: 'skipped', issues: 'void: poisoned' })
  })
})

describe('the score', () => {
  const duels = (...winners: DuelWinner[]) => winners.map((winner) => ({ winner }))

  it('is right wins minus left wins, over all duels', () => {
    expect(scoreOf(duels('right', 'right', 'left', 'draw'))).toEqual({ score: 1, margin: 0.25 })
    expect(scoreOf(duels('skipped', 'left'))).toEqual({ score: -1, margin: -0.5 })
    expect(scoreOf([])).toEqual({ score: 0, margin: 0 })
  })

  it('turns around when the sides do', () => {
    const mirrored = { left: 'right', right: 'left', draw: 'draw', skipped: 'skipped' } as const
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...duelWinners)), (winners) => {
        const { score, margin } = scoreOf(duels(...winners))
        expect(Math.abs(margin)).toBeLessThanOrEqual(1)
        expect(scoreOf(duels(...winners.map((winner) => mirrored[winner]))).score + score).toBe(0)
      }),
    )
  })

  it('leaves out what a judge gave no verdict on, and nothing else that was skipped', () => {
    const played = [{ winner: 'right' as const }, { winner: 'skipped' as const, void: 'refused' }]
    expect(scoreOf(played)).toEqual({ score: 1, margin: 1 })
    expect(scoreOf([...played, { winner: 'skipped' }])).toEqual({ score: 1, margin: 0.5 })
    // A winner is a winner, whatever else is said of it.
    expect(scoreOf([...played, { winner: 'left', void: 'refused' }])).toEqual({ score: 0, margin: 0 })
    expect(scoreOf(played.slice(1))).toEqual({ score: 0, margin: 0 })
  })

  it('is not decided with more than a tenth of the duels void', () => {
    const match = (voids: number, duels: number) =>
      Array.from({ length: duels }, (_, i) =>
        i < voids ? { winner: 'skipped' as const, void: 'refused' } : { winner: 'draw' as const },
      )
    expect(isUndecided(match(12, 128))).toBe(false)
    expect(isUndecided(match(13, 128))).toBe(true)
    expect(isUndecided(match(1, 10))).toBe(false)
    expect(isUndecided(match(1, 9))).toBe(true)
    expect(isUndecided([])).toBe(false)
  })

  it('is enough at exactly the win margin', () => {
    expect(takesOver(7 / 128, 0.05)).toBe(true)
    expect(takesOver(6 / 128, 0.05)).toBe(false)
    expect(takesOver(3 / 60, 0.05)).toBe(true)
    expect(takesOver(Number.NaN, 0.05)).toBe(false)
  })
})

describe('critical prompts', () => {
  /** 128 duels of which the first `right` are won by the challenger and the next `left` lost. */
  const reportOf = (right: number, left = 0): MatchReport => {
    const duels = Array.from({ length: 128 }, (_, i) => ({
      name: `p${String(i).padStart(3, '0')}`,
      prompt: '',
      left_glb: null,
      left_png: null,
      right_glb: null,
      right_png: null,
      winner: i < right ? ('right' as const) : i < right + left ? ('left' as const) : ('draw' as const),
      issues: '',
    }))
    return { left: 'leader', right: 'bob', ...scoreOf(duels), duels }
  }
  const input = { seed: 42, winMargin: 0.05 }

  it('are none when the lead is twice the margin', () => {
    expect(criticalPrompts(reportOf(13), input)).toEqual([])
    expect(criticalPrompts(reportOf(12), input)).toHaveLength(7)
    expect(criticalPrompts(reportOf(13), { ...input, maxMismatchedMargin: 0.1 })).toHaveLength(7)
  })

  it('are all wins when there are no more than needed', () => {
    expect(criticalPrompts(reportOf(7), input)).toEqual(['p000', 'p001', 'p002', 'p003', 'p004', 'p005', 'p006'])
    expect(criticalPrompts(reportOf(2), input)).toEqual(['p000', 'p001'])
  })

  it('are drawn by the seed from the wins only', () => {
    const drawn = criticalPrompts(reportOf(20, 10), input)
    // As by random.Random(42).sample(range(20), 7) in CPython.
    expect(drawn).toEqual([3, 0, 8, 7, 16, 2, 11].map((i) => `p${String(i).padStart(3, '0')}`))
  })
})

describe('confirmedMargin', () => {
  const duels = [
    { name: 'a', winner: 'right' as const },
    { name: 'b', winner: 'right' as const },
    { name: 'c', winner: 'left' as const },
    { name: 'd', winner: 'draw' as const },
  ]
  const none = new Set<string>()

  it('takes a win away from the side whose image did not reproduce it, and gives it to nobody', () => {
    expect(confirmedMargin(duels, { left: none, right: none })).toBe(0.25)
    expect(confirmedMargin(duels, { left: none, right: new Set(['a']) })).toBe(0)
    expect(confirmedMargin(duels, { left: new Set(['c']), right: none })).toBe(0.5)
  })

  it('leaves a side alone where it did not win', () => {
    expect(confirmedMargin(duels, { left: new Set(['a', 'b', 'd']), right: new Set(['c', 'd']) })).toBe(0.25)
  })
})
