/** When a person may pass or fail the source code of a challenger, and what goes on record of it. */
import { RoundkeeperError } from '../errors.ts'
import type { AuditRequests, SourceAudit, SourceAudits } from '../state/audits.ts'
import type { Config } from '../state/config.ts'
import { files } from '../state/files.ts'
import type { State } from '../state/state.ts'
import type { Submissions } from '../state/submissions.ts'
import { standing } from './hold.ts'

export interface ReviewScene {
  readonly state: State
  readonly config: Pick<Config, 'source_audit'>
  /** Of the current round, as are all below. */
  readonly submissions: Submissions
  readonly requests: AuditRequests
  readonly reviews: SourceAudits
}

/** Of a whole hotkey or its beginning. */
export interface Review extends Pick<SourceAudit, 'hotkey' | 'verdict' | 'reason'> {
  readonly by: string
  readonly at: string
}

/** @returns the record with this review @throws RoundkeeperError `usage` saying why it cannot be, and what to do */
export function reviewed(scene: ReviewScene, review: Review): { entry: SourceAudit; reviews: SourceAudits } {
  const { state, config, requests, reviews } = scene
  const round = state.current_round
  if (review.reason.trim() === '') throw refusal('a review needs a reason', 'Say why: anybody can read it.')
  const stage = standing(state)
  if (stage !== 'duels') throw refusal(`round ${round} is in ${stage}`, 'Reviews count during the duels of a round.')
  const [hotkey, submission] = entryOf(scene, review.hotkey)
  const short = hotkey.slice(0, 10)
  const known = reviews.find((each) => each.hotkey === hotkey)
  if (known !== undefined) {
    const why = known.reason === '' ? '' : ` (${known.reason})`
    throw refusal(`the source audit of ${short} is decided already: ${known.verdict}${why}`, DECIDED)
  }
  if (!requests.some((request) => request.hotkey === hotkey))
    throw refusal(`nobody asked for an audit of ${short}`, `Those of whom one is asked are in ${path(round)}.`)
  if (review.verdict === 'passed' && config.source_audit === 'waived')
    throw refusal('in this competition nobody has to pass source code', 'config.json waives it (source_audit).')
  const { commit } = submission
  const entry = { ...review, hotkey, ...(typeof commit === 'string' && { commit }) }
  return { entry, reviews: [...reviews, entry] }
}

const DECIDED = 'What is decided stands. To take the round up again: roundkeeper intervene redo-stage duels.'
const path = (round: number) => files.requireAudit.path(round)

function entryOf({ state, submissions }: ReviewScene, asked: string): [string, Submissions[string]] {
  const found = Object.entries(submissions).filter(([hotkey]) => hotkey.startsWith(asked))
  const [only] = found
  if (only !== undefined && (found.length === 1 || only[0] === asked)) return only
  const round = state.current_round
  if (found.length > 1) throw refusal(`${asked} is the beginning of ${found.length} hotkeys`, 'Give more of it.')
  const there = Object.keys(submissions).map((hotkey) => hotkey.slice(0, 10))
  throw refusal(`${asked} is not in round ${round}`, `These are: ${there.join(', ') || 'nobody'}.`)
}

const refusal = (message: string, hint: string) =>
  new RoundkeeperError('usage', message, { where: 'source_audit.json', hint })
