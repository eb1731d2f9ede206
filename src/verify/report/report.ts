/** A verification as a document: everything that any output says is in here. */
import type { Records } from '../../engine/records.ts'
import { files, type State, type Winner } from '../../state/index.ts'
import type { Decision } from '../decision.ts'
import type { Finding, Severity } from '../finding.ts'
import { readable } from '../readable.ts'
import type { Verification } from '../verify.ts'
import { REPORT_VERSION, type Report, type ReportedDecision, type ReportedFinding, type RoundReport } from './schema.ts'
import { countsOf } from './summary.ts'

export interface About {
  /** Which program looked, `roundkeeper/<version>`. */
  readonly engine: string
  /** How long it took. */
  readonly seconds: number
}

export async function reportOf(verification: Verification, { engine, seconds }: About): Promise<Report> {
  const { source, root, head, since, earlier, backend, commits, records, decisions } = verification
  const config = await readable(records, files.config)
  const state = await readable(records, files.state)
  const findings = verification.findings.map((finding, index) => findingOf(finding, index < (earlier?.findings ?? 0)))
  const perSeverity = severitiesOf(findings)
  return {
    version: REPORT_VERSION,
    engine,
    competition: config?.name ?? null,
    rules: config?.rules === 'v1' ? 'v1' : 'legacy',
    source,
    root,
    head,
    since,
    earlier: earlier && { head: earlier.head, commits: earlier.commits },
    again: verification.again,
    backend,
    commits,
    verdict: perSeverity.error > 0 ? 'broken' : 'clean',
    severities: perSeverity,
    findings,
    decisions: countsOf(decisions),
    signatures: { ...verification.signatures },
    evidence: verification.evidence as Report['evidence'],
    rounds: await roundsOf(verification, state, findings),
    unproved: decisions.filter(({ level }) => level !== 'proved').map(unprovedOf),
    timing: { seconds, commits_per_second: seconds > 0 ? (commits - (earlier?.commits ?? 0)) / seconds : 0 },
  }
}

function findingOf({ code, severity, commit, path, round, message }: Finding, earlier: boolean): ReportedFinding {
  return { code, severity, commit, path, round, message, earlier }
}

function decisionOf({ kind, subject, level, commit, path, ...rest }: Decision): ReportedDecision {
  const { note, differences = [], recorded = null, recomputed = null } = rest
  const values = level === 'broken' ? { recorded, recomputed } : {}
  return {
    kind,
    subject: subject ?? null,
    level,
    commit,
    path,
    note: note ?? null,
    differences: [...differences],
    ...values,
  }
}

function unprovedOf(decision: Decision): Report['unproved'][number] {
  const { kind, subject = null, level, commit, path, round, note, differences = [] } = decision
  const why = [...(note === undefined ? [] : [note]), ...differences].join('; ')
  return { round, kind, subject, level, commit, path, why: why || UNTOLD }
}

const UNTOLD = 'not everything that it follows from is on record'

async function roundsOf(
  { records, decisions, robustness }: Verification,
  state: State | undefined,
  findings: readonly ReportedFinding[],
): Promise<RoundReport[]> {
  const crowns = new Map(robustness.map(({ round, ...crown }) => [round, crown]))
  const ofRound = Map.groupBy(decisions, ({ round }) => round)
  const found = Map.groupBy(findings, ({ round }) => round)
  const numbers = new Set([...ofRound.keys(), ...(await roundsWithFiles(records))])
  const reports = [...numbers].map(async (round): Promise<RoundReport> => {
    const own = ofRound.get(round) ?? []
    const winner = await readable(records, files.winner, round)
    return {
      round,
      stage: stageOf(state, round, winner !== undefined),
      winner: winner === undefined ? null : winnerOf(winner),
      ...countsOf(own),
      findings: severitiesOf(found.get(round) ?? []),
      decisions: own.map(decisionOf),
      robustness: (crowns.get(round) as RoundReport['robustness'] | undefined) ?? null,
    }
  })
  return (await Promise.all(reports)).sort((a, b) => a.round - b.round)
}

async function roundsWithFiles(records: Records): Promise<number[]> {
  const numbers = (await records.list('rounds')).map((path) => /^rounds\/(\d{1,15})\//.exec(path)?.[1])
  return [...new Set(numbers)].filter((number) => number !== undefined).map(Number)
}

function stageOf(state: State | undefined, round: number, hasWinner: boolean): string {
  const isCurrent = state?.current_round === round
  if (isCurrent && state.stage !== 'finished') return state.stage
  return hasWinner ? 'decided' : isCurrent ? 'finished' : 'undecided'
}

const winnerOf = ({ winner_hotkey, repo, commit }: Winner): RoundReport['winner'] => ({
  hotkey: winner_hotkey,
  repo: repo ?? null,
  commit: commit ?? null,
})

function severitiesOf(findings: readonly { readonly severity: Severity }[]): Record<Severity, number> {
  const counts = { error: 0, warning: 0, note: 0 }
  for (const { severity } of findings) counts[severity] += 1
  return counts
}
