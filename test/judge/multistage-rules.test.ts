import { describe, expect, it } from 'vitest'
import { judged } from '../../src/judge/vlm/multistage/front-match.ts'
import { lenient, penaltiesSchema } from '../../src/judge/vlm/multistage/lenient.ts'
import type { Swapped } from '../../src/judge/vlm/multistage/questions.ts'
import { guarded } from '../../src/judge/vlm/multistage/side-guard.ts'
import { elected } from '../../src/judge/vlm/multistage/voters.ts'
import { readAnswer } from '../../src/judge/vlm/read-answer.ts'
import fc from '../support/properties.ts'

const mirrored = { left: 'right', right: 'left', draw: 'draw' } as const
/** A view on which both orders said the same. */
const view = (left: number, right: number): Swapped => ({
  penalties: { left, right },
  contradicts: false,
  orders: [
    { penalty_1: left, penalty_2: right, issues: '' },
    { penalty_1: right, penalty_2: left, issues: '' },
  ],
})
const unanswered: Swapped = { contradicts: false, cause: 'refusal' }
const torn: Swapped = { ...view(3, 3), contradicts: true }

describe('the views side by side', () => {
  it.each<[string, Swapped[], string]>([
    ['the lower mean wins', [view(1, 3), view(2, 3), view(1, 2), view(2, 3)], 'left'],
    ['a gap of up to 0.7 is a draw', [view(2, 3), view(2, 3), view(3, 3), view(2.5, 3)], 'draw'],
    ['a little more is not', [view(2, 3), view(2, 3), view(3, 3), view(2, 3)], 'left'],
    ['both bad is a draw up to 1.5', [view(8, 9.5), view(8, 9.5), view(8, 9), view(8, 9)], 'draw'],
    ['and beyond it is none', [view(8, 10), view(8, 10), view(8, 10), view(8, 10)], 'left'],
    ['views that are split are a draw', [view(0, 9), view(5, 4), view(0, 9), view(0, 9)], 'draw'],
    ['two alone cannot be split', [view(0, 9), view(5, 4), unanswered, torn], 'left'],
    ['one is enough', [unanswered, torn, view(5, 1), torn], 'right'],
    ['contradictions are a draw', [torn, torn, torn, unanswered], 'draw'],
  ])('%s', (_, views, choice) => {
    const front = judged(views)
    expect(front.choice).toBe(choice)
    expect(front.cause).toBeUndefined()
  })

  it('are void when none was answered', () => {
    expect(judged([unanswered, unanswered, unanswered, unanswered])).toMatchObject({ cause: 'refusal', angles: [] })
  })

  it('turn around when the sides do', () => {
    const penalty = fc.integer({ min: 0, max: 20 }).map((half) => half / 2)
    fc.assert(
      fc.property(fc.array(fc.tuple(penalty, penalty), { minLength: 1, maxLength: 4 }), (views) => {
        const [one, other] = [judged(views.map(([l, r]) => view(l, r))), judged(views.map(([l, r]) => view(r, l)))]
        expect(other.choice).toBe(mirrored[one.choice])
      }),
    )
  })
})

describe('the voters', () => {
  it.each([
    [{ bestView: 2, artefacts: 0, checklist: 0 }, 'left', 'strong_voter'],
    [{ bestView: 0, artefacts: 0, checklist: -6 }, 'right', 'strong_voter'],
    [{ bestView: 2, artefacts: -5, checklist: 6 }, 'left', 'strong_voter'],
    // Two strong voters on opposite sides cancel; then the third has the say with one of them.
    [{ bestView: 2, artefacts: 1, checklist: -6 }, 'left', 'consensus'],
    [{ bestView: 2, artefacts: 0, checklist: -6 }, 'draw', 'consensus'],
    [{ bestView: 1.5, artefacts: 1, checklist: 0 }, 'left', 'consensus'],
    [{ bestView: 1.5, artefacts: 0.5, checklist: 1 }, 'draw', 'consensus'],
    [{ bestView: 0, artefacts: -1, checklist: -2 }, 'right', 'consensus'],
    [{ bestView: 1, artefacts: -1, checklist: 0 }, 'draw', 'consensus'],
  ] as const)('make %j: %s', (gaps, choice, source) => {
    expect(elected(gaps)).toEqual({ choice, source })
    const turned = { bestView: -gaps.bestView, artefacts: -gaps.artefacts, checklist: -gaps.checklist }
    expect(elected(turned)).toEqual({ choice: mirrored[choice], source })
  })
})

describe('the look at the other sides', () => {
  it.each([
    ['left', { left: 3, right: 0 }, 'draw'],
    ['draw', { left: 3, right: 0 }, 'right'],
    ['right', { left: 3, right: 2 }, 'right'],
    ['left', { left: 2, right: 3 }, 'left'],
    ['draw', { left: 1, right: 3 }, 'left'],
    ['left', { left: 3, right: 3 }, 'left'],
    ['draw', { left: 2, right: 2 }, 'draw'],
  ] as const)('makes of %s with %j: %s', (choice, garbage, winner) => {
    expect(guarded(choice, garbage)).toBe(winner)
  })
})

describe('what is read leniently', () => {
  const read = (content: string) =>
    readAnswer({ content, refusal: null, finish_reason: 'stop' }, penaltiesSchema, lenient)
  it.each([
    '{"penalty_1": 1, "penalty_2": 7}',
    'Sure:\n```json\n{"penalty_1": 1, "penalty_2": 7}\n```\nDone.',
    'I would say {"penalty_1": "1", "penalty_2": 6.6,}.',
    '{"penalty_1": 1.2, "penalty_2": "7",\n}',
  ])('%j', (content) => {
    expect(read(content)).toEqual({ ok: true, value: { penalty_1: 1, penalty_2: 7, issues: '' } })
  })

  it.each([
    '',
    'one and seven',
    '{"penalty_1": 1}',
    '{"penalty_1": "", "penalty_2": 2}',
    '{"penalty_1": 1e999, "penalty_2": 2}',
  ])('is not %j', (content) => {
    expect(read(content).ok).toBe(false)
  })
})
