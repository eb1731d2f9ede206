/** Stage 2, where the views decided nothing: three voters; a strong one decides alone, else two have to agree. Pure. */
import type { Outcome } from '../../judge.ts'
import type { Case } from '../decision.ts'
import { type Procedure, together } from '../procedure.ts'
import { type Checklist, checklist } from './checklist.ts'
import { RULES, VIEWS } from './identity.ts'
import { type Swapped, swapped } from './questions.ts'
import { TEMPLATE } from './template.ts'

export interface Votes {
  readonly choice: Outcome
  readonly source: 'strong_voter' | 'consensus'
  /** Penalty of the right side less that of the left: above 0 the left one is better. 0 where nothing was answered. */
  readonly bestView: number
  readonly artefacts: number
  readonly checklist: Checklist
}

export function* voters(asked: Case): Procedure<Votes> {
  const { left, right } = asked.pictures
  const [best, artefacts, list] = yield* together<[Swapped, Swapped, Checklist]>(
    swapped(
      asked,
      TEMPLATE.best,
      { sha256: left, view: bestView(asked, 'left') },
      { sha256: right, view: bestView(asked, 'right') },
    ),
    swapped(asked, TEMPLATE.artefacts, { sha256: left }, { sha256: right }),
    checklist(asked),
  )
  const gaps = { bestView: gapOf(best), artefacts: gapOf(artefacts), checklist: list.gap }
  return { ...elected(gaps), bestView: gaps.bestView, artefacts: gaps.artefacts, checklist: list }
}

export interface Gaps {
  readonly bestView: number
  readonly artefacts: number
  readonly checklist: number
}

/** @param gaps above 0 for the left side */
export function elected({ bestView, artefacts, checklist }: Gaps): Pick<Votes, 'choice' | 'source'> {
  const { strong, votes } = RULES
  const strongly = [sideOf(bestView, strong.best_view), sideOf(checklist, strong.checklist)].filter(isSide)
  const [first, second] = strongly
  if (first !== undefined && (second ?? first) === first) return { choice: first, source: 'strong_voter' }
  const cast = [
    sideOf(bestView, votes.best_view),
    sideOf(artefacts, votes.artefacts),
    sideOf(checklist, votes.checklist),
  ]
  for (const side of ['left', 'right'] as const)
    if (cast.filter((vote) => vote === side).length >= votes.needed) return { choice: side, source: 'consensus' }
  return { choice: 'draw', source: 'consensus' }
}

const sideOf = (gap: number, least: number): Outcome => (Math.abs(gap) < least ? 'draw' : gap > 0 ? 'left' : 'right')
const isSide = (side: Outcome): side is 'left' | 'right' => side !== 'draw'
const gapOf = ({ penalties }: Swapped) => (penalties === undefined ? 0 : penalties.right - penalties.left)

/** How a distance is named among what was measured. */
export const distanceName = (side: 'left' | 'right', view: number) => `${side} view ${view}`

/** The view that is most like the prompt image; of several the first. */
function bestView({ measured }: Case, side: 'left' | 'right'): number {
  const distance = (view: number) => measured[distanceName(side, view)] ?? Number.POSITIVE_INFINITY
  return VIEWS.reduce<number>((best, view) => (distance(view) < distance(best) ? view : best), 0)
}
