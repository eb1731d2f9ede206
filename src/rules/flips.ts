/** How many verdicts the outcome of a match hangs on. */
import type { DuelWinner } from '../state/duels.ts'
import { countOf, type Judged, tallyOf, type Unearned } from './tally.ts'
import { prevails, type Throne } from './throne.ts'

/** A verdict that was another: one flip. */
export interface Flip {
  readonly name: string
  readonly from: DuelWinner
  readonly to: DuelWinner
}

/**
 * The fewest flips that turn a match: the challenger takes over where it did not, or does not where it did.
 * A flip gives one duel any other of the outcomes left, right and draw, so that it moves the margin by one or two
 * `1/duels`, or by nothing where a win would not count. Those that move most come first, which is why no fewer do: one
 * duel more for a side and one less for the other is worth more to either, by margin and by significance, than one
 * of both. Of those that move by one, a win taken away comes before a draw won, since fewer decided duels prove as much.
 * Undefined when no flips turn it.
 */
export function turningFlips(duels: readonly Judged[], unearned: Unearned, throne: Throne): Flip[] | undefined {
  let { right, left, duels: counted } = tallyOf(duels, unearned)
  const isWon = () =>
    prevails({ margin: (right - left) / duels.length, tally: { right, left, duels: counted } }, throne)
  const won = isWon()
  const loser = won ? 'right' : 'left'
  const gains = duels
    .map((duel) => gainOf(duel, unearned, won ? 'left' : 'right'))
    .filter(({ gain }) => gain !== 0)
    .sort((a, b) => Math.abs(b.gain) - Math.abs(a.gain) || rank(a.flip, loser) - rank(b.flip, loser))
  const flips: Flip[] = []
  for (const { flip, before, after } of gains) {
    flips.push(flip)
    right += Number(after === 1) - Number(before === 1)
    left += Number(after === -1) - Number(before === -1)
    if (flip.from === 'skipped') counted += 1
    if (isWon() !== won) return flips
  }
  return undefined
}

/** The most that flipping this duel can do for a side. */
function gainOf(duel: Judged, unearned: Unearned, side: 'left' | 'right') {
  const to = unearned[side].has(duel.name) ? ('draw' as const) : side
  const [before, after] = [countOf(duel, unearned), countOf({ ...duel, winner: to }, unearned)]
  return { flip: { name: duel.name, from: duel.winner, to }, before, after, gain: after - before }
}

const rank = ({ from }: Flip, loser: DuelWinner) => (from === loser ? 0 : 1)
