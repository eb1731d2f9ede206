/** The matches that a crown rests on. */
import { LEADER } from '../state/winner.ts'
import { takesOver } from './match.ts'
import { type Pairing, type TimelineInput, timeline } from './timeline.ts'

/** What a match did: let its challenger challenge, made it reign, or kept it from either. */
export type MatchRole = 'qualified' | 'took over' | 'fell short'

export interface DecisiveMatch extends Pairing {
  readonly role: MatchRole
  readonly margin: number
}

/**
 * The matches by which the members of the succession qualified and took over, in order, and the `nearest` of those in
 * which somebody fell short of either, the closest first.
 */
export function decisiveMatches(line: TimelineInput, nearest = 3): DecisiveMatch[] {
  const { chain } = timeline(line)
  const met = line.order.flatMap((right) => {
    if (line.rejected.has(right)) return []
    const first = matchOf(line, LEADER, right)
    // Who reigned when it was this one's turn.
    const left = chain.findLast((member) => line.order.indexOf(member) < line.order.indexOf(right))
    const second = first?.role === 'qualified' && left !== undefined ? matchOf(line, left, right) : undefined
    return [first, second].filter((match) => match !== undefined)
  })
  const rose = met.filter(({ right, role }) => role !== 'fell short' && chain.includes(right))
  const fell = met.filter(({ role }) => role === 'fell short').sort((a, b) => b.margin - a.margin)
  return [...rose, ...fell.slice(0, nearest)]
}

function matchOf(line: TimelineInput, left: string, right: string): DecisiveMatch | undefined {
  const margin = line.margin(left, right)
  if (margin === undefined) return undefined
  const won = left === LEADER ? 'qualified' : 'took over'
  return { left, right, margin, role: takesOver(margin, line.winMargin) ? won : 'fell short' }
}
