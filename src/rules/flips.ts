/** How many verdicts the outcome of a match hangs on. */
import type { DuelWinner } from '../state/duels.ts'
import { takesOver } from './match.ts'

interface Judged {
  readonly name: string
  readonly winner: DuelWinner
}

/** Prompts on which a side's win does not count. */
export interface Unearned {
  readonly left: ReadonlySet<string>
  readonly right: ReadonlySet<string>
}

/** A verdict that was another: one flip. */
export interface Flip {
  readonly name: string
  readonly from: DuelWinner
  readonly to: DuelWinner
}

/** What a duel adds to the score. */
export function countOf({ name, winner }: Judged, unearned: Unearned): number {
  if (winner === 'right') return unearned.right.has(name) ? 0 : 1
  if (winner === 'left') return unearned.left.has(name) ? 0 : -1
  return 0
}

/**
 * The fewest flips that turn a match: the challenger reaches the win margin where it did not, or misses it where it did.
 * A flip gives one duel any other of the outcomes left, right and draw, so that it moves the margin by one or two
 * `1/duels`, or by nothing where a win would not count. Those that move most come first, which is why no fewer do.
 * Undefined when no flips turn it.
 */
export function turningFlips(duels: readonly Judged[], unearned: Unearned, winMargin: number): Flip[] | undefined {
  let score = duels.reduce((sum, duel) => sum + countOf(duel, unearned), 0)
  const won = takesOver(score / duels.length, winMargin)
  const gains = duels
    .map((duel) => gainOf(duel, unearned, won ? 'left' : 'right'))
    .filter(({ gain }) => gain !== 0)
    .sort((a, b) => Math.abs(b.gain) - Math.abs(a.gain))
  const flips: Flip[] = []
  for (const { flip, gain } of gains) {
    flips.push(flip)
    score += gain
    if (takesOver(score / duels.length, winMargin) !== won) return flips
  }
  return undefined
}

/** The most that flipping this duel can do for a side. */
function gainOf(duel: Judged, unearned: Unearned, side: 'left' | 'right'): { flip: Flip; gain: number } {
  const to = unearned[side].has(duel.name) ? 'draw' : side
  const gain = countOf({ ...duel, winner: to }, unearned) - countOf(duel, unearned)
  return { flip: { name: duel.name, from: duel.winner, to }, gain }
}
