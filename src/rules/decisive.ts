/** The matches that a crown rests on. */
import { LEADER } from '../state/winner.ts'
import { beats, isConfirmed } from './throne.ts'
import { confirmationOf, type Pairing, type TimelineInput, timeline } from './timeline.ts'

/** What a match did: let its challenger challenge, made it reign, kept it from either, or bore on the crown itself. */
export type MatchRole = 'qualified' | 'took over' | 'fell short' | 'confirmed' | 'not confirmed'

export interface DecisiveMatch extends Pairing {
  readonly role: MatchRole
  readonly margin: number
}

/**
 * The matches by which the members of the succession qualified and took over, in order, then what a second judge made of
 * would-be kings, and the `nearest` of those in which somebody fell short, the closest first.
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
  const heard = line.order.flatMap((right) => (line.rejected.has(right) ? [] : (confirmationIn(line, right) ?? [])))
  return [...rose, ...heard, ...fell.slice(0, nearest)]
}

function matchOf(line: TimelineInput, left: string, right: string): DecisiveMatch | undefined {
  const margin = line.margin(left, right)
  if (margin === undefined) return undefined
  const won = left === LEADER ? 'qualified' : 'took over'
  return { left, right, margin, role: beats(line, left, right) ? won : 'fell short' }
}

function confirmationIn(line: TimelineInput, hotkey: string): DecisiveMatch | undefined {
  const standing = line.confirmation && line.secondOpinion?.(hotkey)
  if (standing === undefined) return undefined
  const role = isConfirmed(line, hotkey) ? 'confirmed' : 'not confirmed'
  return { ...confirmationOf(hotkey), margin: standing.margin, role }
}
