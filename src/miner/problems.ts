/** Everything that keeps an entry from counting, in the miner's words, and what to do next. Decides by nothing but the status. */
import { explainAudit } from '../rules/audit-reasons.ts'
import { explainReason } from '../rules/reveal-reasons.ts'
import { namingAdvice } from './naming.ts'
import type { OnRecord } from './on-record.ts'
import { isOverdue } from './pending.ts'
import type { MinerStatus } from './status.ts'

export interface Problem {
  /** One of `reveals.json`, or one of ours, which are the keys of `OURS`. */
  readonly code: string
  readonly text: string
  readonly remedy: string
}

/** What is wrong besides what the rules say of reveals. */
const OURS = {
  'competition-over': 'Nothing: it is over.',
  'other-subnet': 'Name that one with --netuid.',
  'competition-paused': 'Wait until its operator lets it go on; windows go on by their blocks.',
  'never-opens': 'Give it up: commit again with --overwrite.',
  'opens-too-late': 'Nothing brings it forward: see that the entry of the next round is complete.',
  'no-pulses': 'Wait: nothing is revealed until drand’s pulses reach the chain again.',
  'build-failed': 'Build the image yourself, from a fresh clone of exactly that commit.',
  'models-missing':
    'See that every file is at {cdn_url}/{prompt}, for everybody, and with as few redirects as can be, before the deadline.',
  'audit-rejected': 'Your code must give what you hand in: the audit runs it again.',
} as const

/** In the order in which they should be set right. */
export function problemsOf(status: MinerStatus): Problem[] {
  return [...standingProblems(status), ...pendingProblems(status), ...entryProblems(status)]
}

/** What came of the round before cannot be changed any more; it is told all the same. */
export function recordedProblems({ record }: MinerStatus): Problem[] {
  if (record === undefined) return []
  const { reveal, build, downloads, audit } = record
  const problems: Problem[] = []
  if (reveal !== undefined && reveal.outcome !== 'accepted') {
    const { reason_code: code, outcome, reason } = reveal
    problems.push(
      code === undefined ? { code: outcome, text: reason, remedy: 'Enter again.' } : explained(code, reason),
    )
  }
  if (build !== undefined && ['failure', 'timed_out', 'not_found'].includes(build.status)) {
    const why = build.detail === undefined ? '' : `: ${build.detail}`
    const log = build.log_url === undefined ? '' : ` (its log: ${build.log_url})`
    problems.push(
      ours('build-failed', `the build ${build.tag} of ${build.repo} ended with ${build.status}${why}${log}`),
    )
  }
  const failures = Object.entries(downloads?.failures ?? {})
  if (downloads !== undefined && failures.length > 0) {
    const [stem, why] = failures[0] as [string, string]
    const text = `${failures.length} of ${downloads.expected} prompts failed, ${stem} for one: ${why}`
    problems.push(ours('models-missing', text))
  }
  if (audit?.outcome === 'rejected') {
    const problem = ours('audit-rejected', `the audit rejected it: ${audit.reason}`)
    problems.push(audit.code === undefined ? problem : { ...problem, remedy: explainAudit(audit.code).remedy })
  }
  return problems
}

function standingProblems({ standing: { stage }, registration, netuid, astray }: MinerStatus): Problem[] {
  const problems = astray.map((text) => ours('other-subnet', text))
  if (stage === 'finished') problems.push(ours('competition-over', 'the competition is over'))
  if (stage === 'paused') problems.push(ours('competition-paused', 'the competition is paused'))
  if (registration === undefined) {
    problems.push(explained('not-registered', `the hotkey is not registered on subnet ${netuid}`))
  }
  return problems
}

function pendingProblems({ pending, missingPulses, window, round, head }: MinerStatus): Problem[] {
  const problems: Problem[] = []
  if (missingPulses > 0) problems.push(ours('no-pulses', `the chain lacks drand’s last ${missingPulses} pulses`))
  if (pending === undefined) return problems
  const { block, revealRound, expectedRevealBlock: due } = pending
  // As long as the chain waits for drand, nothing is lost.
  if (isOverdue(pending, head.number) && (missingPulses === 0 || due === undefined)) {
    problems.push(ours('never-opens', `the commitment of block ${block} waits in vain for drand round ${revealRound}`))
  } else if (due !== undefined && due > window.latest) {
    const text = `the commitment of block ${block} opens at about block ${due}, after round ${round}`
    problems.push(ours('opens-too-late', text))
  }
  return problems
}

/** As the window would find the entry if it closed now. What is still sealed may complete it. */
function entryProblems(status: MinerStatus): Problem[] {
  const { outlook, commitments, codeFound, registration } = status
  const problems: Problem[] = []
  const { reason_code: code, reason } = outlook?.record ?? {}
  const awaited = code === 'not-located' || code === 'not-committed' ? status.pending !== undefined : false
  const known = code === 'not-registered' && registration === undefined
  if (code !== undefined && !awaited && !known) problems.push(explained(code, reason ?? ''))
  for (const each of outlook?.record?.reveals ?? []) {
    // The entry may be as it should, and a text beside it not: its miner may think that it counts.
    if (each.reason_code !== undefined && each.reason_code !== code) {
      problems.push(explained(each.reason_code, `what was revealed in block ${each.block} does not count`))
    }
  }
  if (codeFound === 'no') {
    const { repo, commit } = commitments
    problems.push(explained('commit-missing', `${repo?.value} does not contain ${commit?.value}`))
  }
  return problems
}

/** What nothing is refused for, and is better all the same. */
export const adviceOf = ({ seen, rules, hotkey }: MinerStatus): string[] => namingAdvice(seen, rules, hotkey)

/** What to do now, in order. */
export function nextSteps(status: MinerStatus): string[] {
  const { standing, round, head, window, registration, pending, commitments, deadline, record, outlook } = status
  if (standing.stage === 'finished') return []
  const steps: string[] = []
  if (registration === undefined) steps.push('register the hotkey: roundkeeper miner register --limit TAO')
  if (deadline !== undefined && record?.round === standing.round && record.entered && head.number <= deadline) {
    steps.push(`round ${standing.round}: put a model for every prompt on your CDN before block ${deadline}`)
  }
  if (head.number < window.earliest) steps.push(`wait for the window of round ${round}, from block ${window.earliest}`)
  else if (pending !== undefined)
    steps.push(`wait for the reveal, at about block ${pending.expectedRevealBlock ?? '?'}`)
  else if (commitments.commit === undefined) steps.push(`round ${round}: roundkeeper miner commit-hash`)
  else if (commitments.repo === undefined || commitments.cdn_url === undefined) {
    steps.push(`round ${round}: make the repository public, then roundkeeper miner commit-repo-cdn`)
  } else if (outlook?.record !== undefined && outlook.record.outcome !== 'accepted') {
    steps.push(`round ${round}: set right what is named above, and commit again`)
  } else if (isElsewhere(status)) {
    steps.push(`round ${round}: roundkeeper miner commit-repo-cdn, if the newest hash is to be the one that is entered`)
  } else if (Number.isFinite(window.latest)) steps.push(`round ${round}: nothing until block ${window.latest}`)
  return steps
}

/** Another hash is entered than the newest one: where that one's code is has not been said after it. */
export const isElsewhere = ({ outlook, commitments }: MinerStatus): boolean =>
  outlook?.entry !== undefined && outlook.entry.commit !== commitments.commit?.value

export const resultOf = ({ result, entered, reveal, closed }: OnRecord): string => {
  if (result !== undefined) return result
  if (entered) return 'taking part'
  return reveal?.outcome ?? (closed ? 'not entered' : 'open')
}

const ours = (code: keyof typeof OURS, text: string): Problem => ({ code, text, remedy: OURS[code] })

function explained(code: string, reason: string): Problem {
  const { meaning, remedy } = explainReason(code)
  return { code, text: reason === '' ? meaning : reason, remedy }
}
