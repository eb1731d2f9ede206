/** The same question with either side first, so that a liking for a place cancels out. Pure. */
import type { Outcome, Pair } from '../judge.ts'
import type { Read } from './read-answer.ts'

/** Of one call; 0 is perfect, 10 is another object entirely. */
export interface Penalties {
  readonly penalty_1: number
  readonly penalty_2: number
  readonly issues: string
}

export interface MirroredPenalties {
  readonly left: number
  readonly right: number
}

/** Each side's mean over both orders. @param leftFirst the answer that saw the left side first */
export const meanOf = (leftFirst: Penalties, rightFirst: Penalties): MirroredPenalties => ({
  left: (leftFirst.penalty_1 + rightFirst.penalty_2) / 2,
  right: (leftFirst.penalty_2 + rightFirst.penalty_1) / 2,
})

/** The lower penalty wins; a gap up to this one is a draw. */
export function lowerWins({ left, right }: MirroredPenalties, drawGap: number): Outcome {
  if (Math.abs(left - right) <= drawGap) return 'draw'
  return left < right ? 'left' : 'right'
}

/** What either order says alone, by the same rule. */
export const pairOf = (leftFirst: Penalties, rightFirst: Penalties, drawGap: number): Pair => [
  lowerWins({ left: leftFirst.penalty_1, right: leftFirst.penalty_2 }, drawGap),
  lowerWins({ left: rightFirst.penalty_2, right: rightFirst.penalty_1 }, drawGap),
]

/** Why a pair of which an order was not answered is void; undefined when both were. */
export function missing(leftFirst: Read<unknown>, rightFirst: Read<unknown>): string | undefined {
  const causes = [
    ...(leftFirst.ok ? [] : [`left first: ${leftFirst.cause}`]),
    ...(rightFirst.ok ? [] : [`right first: ${rightFirst.cause}`]),
  ]
  return causes.length === 0 ? undefined : causes.join('; ')
}
