import { describe, expect, it } from 'vitest'
import { heldBy, isCardDue, judgeCard } from '../../src/rules/judge-card.ts'
import type { Duel, Intervention, JudgeCheck, JudgeChecks, MatchReport } from '../../src/state/index.ts'

const shown = { prompt: 'u', left_glb: null, left_png: null, right_glb: null, right_png: null, issues: '' }
const duel = (name: string, winner: Duel['winner'], more: Partial<Duel> = {}): Duel => ({
  ...{ name, ...shown, winner, transcript: 'sha256:t' },
  ...more,
})
const report = (right: string, duels: Duel[]): MatchReport => ({
  ...{ left: 'leader', right, score: 0, margin: 0, duels, judge: 'vlm/1' },
})
const check = (kind: JudgeCheck['kind'], winner: JudgeCheck['winner'], more: Partial<JudgeCheck> = {}): JudgeCheck => ({
  ...{ kind, name: 'a', prompt: 'u', left_png_sha256: 'l', right_png_sha256: 'r', winner, issues: '' },
  ...more,
})
const cost = { calls: 4, input_tokens: 1000, output_tokens: 100, seconds: 1.5 }
const checksOf = (right: string, checks: JudgeCheck[]): JudgeChecks => ({
  ...{ left: 'leader', right, judge: 'vlm/1', pictures: 'p/1', checks, cost },
})

const reports = [
  report('5A', [
    duel('a', 'left', { pair: ['left', 'left'] }),
    duel('b', 'draw', { pair: ['left', 'right'] }),
    duel('c', 'skipped', { void: 'refusal' }),
    duel('d', 'right', { transcript: undefined, issues: 'No preview for d from left' }),
  ]),
  report('5B', [duel('a', 'draw', { pair: ['draw', 'draw'] })]),
]
const good = [
  checksOf('5A', [check('itself', 'draw'), check('cut', 'left', { changed: 'right' }), check('retest', 'left')]),
  checksOf('5B', [check('lettered', 'draw', { changed: 'left' }), check('retest', 'right')]),
]
const base = {
  judging: { canaries: 2, retests: 1, bounds: { voids: 0.5, retests: 0.5 } },
  reports,
  earlier: [],
  acts: 3,
}

describe('the judge card', () => {
  it('counts what the judge said, each with its interval', () => {
    const card = judgeCard({ ...base, checks: good })
    expect(card.judges).toEqual(['vlm/1'])
    expect(card.matches).toBe(2)
    expect(card.canaries.itself).toMatchObject({ yes: 1, of: 1 })
    expect(card.canaries.degraded).toMatchObject({ yes: 1, of: 1 })
    expect(card.canaries.lettered).toEqual({ yes: 1, of: 1, low: 0.2065, high: 1 })
    // The one of 5B was a draw, and right wins the second time.
    expect(card.retests).toMatchObject({ yes: 1, of: 2 })
    expect(card.swaps).toMatchObject({ yes: 2, of: 3 })
    // A duel that needed no judge says nothing about it.
    expect(card.draws).toMatchObject({ yes: 2, of: 3 })
    expect(card.voids).toMatchObject({ yes: 1, of: 9 })
    expect(card.cost).toEqual({ calls: 8, input_tokens: 2000, output_tokens: 200, seconds: 3 })
    expect(card.out_of_bounds).toEqual([])
  })

  it('has money only where there is a price', () => {
    const judging = { ...base.judging, price_input: 2, price_output: 10 }
    expect(judgeCard({ ...base, judging, checks: good }).cost.money).toBe(0.006)
  })

  it('is out of bounds by name and number', () => {
    const bad = [checksOf('5A', [check('itself', 'left'), check('lettered', 'left', { changed: 'left' })])]
    const { out_of_bounds } = judgeCard({ ...base, judging: { canaries: 2 }, checks: bad })
    expect(out_of_bounds).toEqual([
      'draws of a preview with itself: 0 of 1, at least 0.8 of them expected',
      'texts to the judge that did not win: 0 of 1, at least 0.9 of them expected',
      'questions without a verdict: 1 of 6, at most 0.1 of them expected',
    ])
  })

  it('asks nothing of what it has not seen, and leaves canaries without a verdict to the voids', () => {
    const silent = [checksOf('5A', [check('itself', 'skipped', { void: 'not JSON' })])]
    const card = judgeCard({ ...base, checks: silent })
    expect(card.canaries.itself).toEqual({ yes: 0, of: 0, low: 0, high: 1 })
    expect(card.voids).toMatchObject({ yes: 2, of: 5 })
    expect(card.out_of_bounds).toEqual([])
  })

  it('compares with the last card of the same judge', () => {
    const card = judgeCard({ ...base, checks: good })
    const other = { ...card, judges: ['vlm/2'] }
    const drawn = { ...card, draws: { yes: 1, of: 10, low: 0, high: 1 } }
    const earlier = [
      { round: 0, card: drawn },
      { round: 1, card: other },
    ]
    const later = judgeCard({ ...base, checks: good, earlier })
    expect(later.drift).toEqual({ round: 0, draws: 0.5667, voids: 0, swaps: 0 })
    expect(later.out_of_bounds).toEqual(['the share of draws moved by 0.5667 since round 0, at most 0.15 expected'])
  })

  it('is due while there are matches that it does not know, in competitions that ask for it', () => {
    const card = judgeCard({ ...base, checks: good })
    expect(isCardDue({}, undefined, 2)).toBe(false)
    expect(isCardDue(undefined, undefined, 2)).toBe(false)
    expect(isCardDue(base.judging, undefined, 0)).toBe(false)
    expect(isCardDue({ bounds: {} }, undefined, 2)).toBe(true)
    expect(isCardDue(base.judging, card, 2)).toBe(false)
    expect(isCardDue(base.judging, card, 3)).toBe(true)
  })

  it('holds the round until somebody who has seen it resumes', () => {
    const card = { ...judgeCard({ ...base, checks: good }), out_of_bounds: ['x', 'y'] }
    const act = (kind: 'pause' | 'resume', round: number): Intervention => ({
      ...{ kind, reason: 'why', by: 'me', round, at: '2026-01-01T00:00:00Z' },
      from: kind === 'pause' ? 'duels' : 'paused',
      to: kind === 'pause' ? 'paused' : 'duels',
    })
    const earlier = [act('pause', 4), act('resume', 4), act('pause', 4)]
    expect(heldBy(card, earlier, 4)).toBe('x; y')
    expect(heldBy(card, [...earlier, act('resume', 3)], 4)).toBe('x; y')
    expect(heldBy(card, [...earlier, act('resume', 4)], 4)).toBeUndefined()
    expect(heldBy({ ...card, out_of_bounds: [] }, earlier, 4)).toBeUndefined()
  })
})
