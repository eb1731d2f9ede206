/** The duels of a match, counted for either side. */
import type { DuelWinner } from '../state/duels.ts'
import type { Tally } from './margin-interval.ts'

export interface Judged {
  readonly name: string
  readonly winner: DuelWinner
}

/** Prompts on which a side's win does not count. */
export interface Unearned {
  readonly left: ReadonlySet<string>
  readonly right: ReadonlySet<string>
}

/** What a duel adds to the score. */
export function countOf({ name, winner }: Judged, unearned: Unearned): number {
  if (winner === 'right') return unearned.right.has(name) ? 0 : 1
  if (winner === 'left') return unearned.left.has(name) ? 0 : -1
  return 0
}

const NONE: ReadonlySet<string> = new Set()

/** Those that were skipped or void are no duels, and a win that was not earned is a draw. */
export function tallyOf(duels: readonly Judged[], unearned: Unearned = { left: NONE, right: NONE }): Tally {
  const counts = duels.filter(({ winner }) => winner !== 'skipped').map((duel) => countOf(duel, unearned))
  const of = (count: number) => counts.filter((each) => each === count).length
  return { right: of(1), left: of(-1), duels: counts.length }
}
