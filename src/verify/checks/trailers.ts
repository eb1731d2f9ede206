/** What the engine says of itself in a commit must fit the state that the commit was made on. */
import { ownersOf } from '../../rules/transitions.ts'
import type { Stage, State } from '../../state/state.ts'
import type { Writer } from '../../state/state-file.ts'
import type { Reporter, Step } from '../step.ts'
import { claimsOf, unkept } from './message-lines.ts'
import { quoted } from './words.ts'

const REQUIRED = ['Round', 'Stage', 'Owner', 'Run', 'Engine']

/** @param from the state as of the parent */
export function reportTrailers({ trailers, text, changed }: Step, from: State, report: Reporter): void {
  if (trailers.Engine === undefined) return
  const missing = unkept(claimsOf(text), changed)
  if (missing.length > 0)
    report.finding('stage/trailers', null, `The engine’s commit says that it wrote ${missing.join(', ')}, and did not.`)
  for (const fault of faults(trailers, from)) report.finding('stage/trailers', null, `The engine’s commit ${fault}.`)
}

function faults(trailers: Step['trailers'], { current_round, stage }: State): string[] {
  const missing = REQUIRED.filter((key) => !trailers[key])
  if (missing.length > 0) return [`lacks the trailer ${missing.join(', ')}`]
  const { Round = '', Stage = '', Owner = '' } = trailers
  const found: string[] = []
  if (Round !== String(current_round)) found.push(`says round ${quoted(Round)}, but round ${current_round} was played`)
  if (Stage !== stage) found.push(`says stage ${quoted(Stage)}, but it was ${stage}`)
  if (!hasPart(Owner, stage)) found.push(`says that ${quoted(Owner)} acted, who has no part in ${stage}`)
  return found
}

const hasPart = (owner: string, stage: Stage) => owner === 'human' || ownersOf(stage).includes(owner as Writer)
