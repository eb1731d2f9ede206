/** The stage graph: from which stage of which round a competition may go on to which, and by whom. */
import { isLegal, ownersOf, transitions } from '../../rules/transitions.ts'
import type { State } from '../../state/state.ts'
import type { Author } from './authorship.ts'
import { anyOf, quoted } from './words.ts'

export interface Move {
  readonly from: State
  readonly to: State
  readonly by: Author
  /** First line of the commit's message. */
  readonly title: string
  /** Whether it is played by our rules: older ones have no typed acts, and pauses of their own. */
  readonly strict: boolean
  /** Whether the commit brings a judge card, for which the judge may hold a round. */
  readonly hasCard: boolean
}

/** @returns what is wrong with it, as sentences; none for one that is legal without an act of a person’s */
export function faultsOfMove(move: Move): string[] {
  const { from, to } = move
  if (!hasMoved(from, to)) return []
  const faults = [stageFault(move), roundFault(move), ownerFault(move)].filter((fault) => fault !== undefined)
  return faults.map((fault) => `${wayOf(move)}: ${fault}.`)
}

export const hasMoved = (from: State, to: State) =>
  from.stage !== to.stage || !isSameRound(from, to) || !isSameAttempt(from, to)

/** `Round 1 went from finalizing to duels, by hand ("revert")` */
function wayOf({ from, to, by, title }: Move): string {
  const attempt = isSameAttempt(from, to) ? '' : ` (attempt ${from.attempt ?? 1} to ${to.attempt ?? 1})`
  const way = isSameRound(from, to)
    ? `Round ${from.current_round} went from ${from.stage} to ${to.stage}${attempt}`
    : `The competition went from ${from.stage} in round ${from.current_round} to ${to.stage} in round ${to.current_round}`
  return by === 'human' ? `${way}, by hand (${quoted(title)})` : way
}

const isSameRound = (from: State, to: State) => from.current_round === to.current_round
const isSameAttempt = (from: State, to: State) => (from.attempt ?? 1) === (to.attempt ?? 1)

function stageFault({ from, to, by, strict, hasCard }: Move): string | undefined {
  if (from.stage === to.stage) return undefined
  if (!isLegal(from.stage, to.stage)) {
    return `from ${from.stage} it can only go on to ${anyOf(transitions[from.stage])}`
  }
  // Whether it is out of bounds is for the decision to say.
  const isHeldByCard = hasCard && from.stage === 'duels' && by === 'judge'
  if (to.stage === 'paused' && strict && !isHeldByCard) return 'a pause needs a recorded reason, in interventions/'
  if (from.stage === 'finished') return 'what has come to its end goes on only by a recorded act, in interventions/'
  if (from.stage !== 'paused') return undefined
  if (strict) return 'to go on after a pause needs a recorded reason, in interventions/'
  if (from.paused_from !== undefined && from.paused_from !== to.stage) return `it was paused in ${from.paused_from}`
  return by === 'human' ? undefined : 'only a person can lift a pause'
}

function roundFault({ from, to, strict }: Move): string | undefined {
  const opens = from.stage === 'finalizing' && to.stage === 'open'
  if (opens && to.current_round === from.current_round + 1) return attemptFault(to.attempt ?? 1, 1)
  // The original could hold a round that was about to open.
  const held = !strict && from.stage === 'finalizing' && to.stage === 'paused'
  if (held && to.current_round === from.current_round + 1) return undefined
  if (opens) return `after round ${from.current_round} comes round ${from.current_round + 1}`
  if (!isSameRound(from, to)) return 'a round is left only from finalizing, when the next one opens'
  return attemptFault(to.attempt ?? 1, from.attempt ?? 1)
}

const attemptFault = (found: number, expected: number) =>
  found === expected ? undefined : 'a new attempt at a round begins only by a recorded act, in interventions/'

function ownerFault({ from, to, by, strict }: Move): string | undefined {
  if (!strict || by === 'engine' || from.stage === to.stage) return undefined
  const [owner] = ownersOf(from.stage)
  if (by === 'human') return owner === undefined ? undefined : `only the ${owner} ends ${from.stage}`
  return by === owner || owner === undefined ? undefined : `only the ${owner} ends ${from.stage}, not the ${by}`
}
