/** Stage 1: the same views of both models, side by side and in both orders; decides alone where it is clear. Pure. */
import type { Outcome, Pair } from '../../judge.ts'
import type { Case } from '../decision.ts'
import { lowerWins } from '../mirrored.ts'
import { type Procedure, together } from '../procedure.ts'
import { RULES, VIEWS } from './identity.ts'
import { type Swapped, swapped } from './questions.ts'
import { TEMPLATE } from './template.ts'

export interface FrontMatch {
  readonly choice: Outcome
  readonly pair: Pair
  /** Why nothing can be said, where no view was answered and that is why. */
  readonly cause?: string
  readonly angles: readonly { readonly view: number; readonly left: number; readonly right: number }[]
}

export function* frontMatch(asked: Case): Procedure<FrontMatch> {
  const { left, right } = asked.pictures
  const views = yield* together<Swapped[]>(
    ...VIEWS.map((view) => swapped(asked, TEMPLATE.front, { sha256: left, view }, { sha256: right, view })),
  )
  return judged(views)
}

/** @param views in order; those that were not answered, or contradict themselves, do not count */
export function judged(views: readonly Swapped[]): FrontMatch {
  const angles = views.flatMap(({ penalties, contradicts }, view) =>
    penalties === undefined || contradicts ? [] : [{ view, ...penalties }],
  )
  const pair = pairOfViews(views)
  if (angles.length === 0) {
    // Contradictions are an answer: it cannot tell them apart.
    const cause = views.some(({ contradicts }) => contradicts) ? undefined : views.find((each) => each.cause)?.cause
    return { choice: 'draw', pair, angles, ...(cause === undefined ? {} : { cause }) }
  }
  return { choice: choiceOf(angles), pair, angles }
}

function choiceOf(angles: FrontMatch['angles']): Outcome {
  const { both_bad, both_bad_gap, draw_gap, split, split_views } = RULES.front
  const [left, right] = [meanOf(angles.map((angle) => angle.left)), meanOf(angles.map((angle) => angle.right))]
  const gap = Math.abs(left - right)
  if ((left + right) / 2 >= both_bad && gap <= both_bad_gap) return 'draw'
  const forLeft = angles.filter((angle) => angle.left < angle.right).length
  const forRight = angles.filter((angle) => angle.right < angle.left).length
  const signed = forLeft + forRight
  if (signed >= split_views && Math.abs(forLeft - forRight) / signed < split) return 'draw'
  return lowerWins({ left, right }, draw_gap)
}

/** What each order says alone, over all views that were answered. */
function pairOfViews(views: readonly Swapped[]): Pair {
  const orders = views.flatMap(({ orders }) => (orders === undefined ? [] : [orders]))
  const outcome = (which: 0 | 1, left: 'penalty_1' | 'penalty_2', right: 'penalty_1' | 'penalty_2'): Outcome =>
    orders.length === 0
      ? 'draw'
      : lowerWins(
          {
            left: meanOf(orders.map((each) => each[which][left])),
            right: meanOf(orders.map((each) => each[which][right])),
          },
          RULES.front.draw_gap,
        )
  return [outcome(0, 'penalty_1', 'penalty_2'), outcome(1, 'penalty_2', 'penalty_1')]
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
