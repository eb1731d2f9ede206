/** The auditor: walks a whole history once, oldest first, lets every check look at every commit, and adds it up. */
import type { Records } from '../engine/records.ts'
import type { History } from '../repo/history.ts'
import type { AllowedSigners } from '../signing/allowed-signers.ts'
import { files } from '../state/files.ts'
import { Adoptions } from './adopted.ts'
import { attempt } from './attempt.ts'
import { checksOf } from './checks/index.ts'
import { type SignatureCounts, Signatures } from './checks/signatures.ts'
import { severityOf } from './codes/index.ts'
import { Crowns } from './crowns.ts'
import type { Decision } from './decision.ts'
import { weaken } from './evidence/apply.ts'
import type { EvidenceFinding } from './evidence/examination.ts'
import { type EvidenceRequest, type EvidenceSummary, lookAtEvidence } from './evidence/index.ts'
import { Ledger } from './evidence/ledger.ts'
import type { Finding } from './finding.ts'
import { inspectedCommits } from './inspection/inspected-commits.ts'
import { inspectorFor } from './inspection/inspector.ts'
import { retell } from './inspection/told.ts'
import { OpenDecisions } from './open-decisions.ts'
import { readable } from './readable.ts'
import type { RoundRobustness } from './robustness.ts'
import type { Check, Reporter } from './step.ts'
import { stepOf, withoutChanges } from './step-of.ts'
import { Undone } from './undone.ts'
import { World } from './world.ts'

export interface VerifyOptions {
  /** A commit that was verified before: what comes after it is looked at. */
  readonly since?: string
  /** What was found out up to there; then the result is about both. */
  readonly earlier?: Known
  /** Instead of all there are, and of the decisions. */
  readonly checks?: readonly Check[]
  /** The auditor's own list of who may sign, instead of the one in the history. */
  readonly allowedSigners?: AllowedSigners | undefined
  /** What to look at the evidence itself with. */
  readonly evidence?: EvidenceRequest
  /** Threads that may be used, this one included; 1 when absent. The result is the same. */
  readonly jobs?: number
  progress?(done: number, total: number): void
  readonly signal?: AbortSignal
}

/** What is known of a history up to a commit, and all that a walk from there on has to know. JSON as it is. */
export interface Known {
  readonly commits: number
  readonly findings: readonly Finding[]
  readonly decisions: readonly Decision[]
  readonly robustness: readonly RoundRobustness[]
  /** By the name of the check. */
  readonly memory: Readonly<Record<string, unknown>>
}

export interface Verification {
  readonly source: string
  /** The very first commit; null when the walk began later. */
  readonly root: string | null
  readonly head: string
  readonly since: string | null
  /** What of it was known before; its findings come first. */
  readonly earlier: {
    readonly head: string
    readonly commits: number
    readonly findings: number
  } | null
  /** Why everything was looked at again, though there was a checkpoint. */
  readonly again: string | null
  readonly backend: History['backend']
  /** That the result is about. */
  readonly commits: number
  readonly findings: readonly Finding[]
  /** The last word on every decision. */
  readonly decisions: readonly Decision[]
  /** What was named by digest and, where a store was given, what was found there; of what was looked at now. */
  readonly evidence: EvidenceSummary
  readonly signatures: SignatureCounts
  /** Of every round with a winner, as of the commit that declared it. */
  readonly robustness: readonly RoundRobustness[]
  /** The competition as it is now. */
  readonly records: Records
  /** To go on from later. */
  readonly known: Known
}

export async function verify(history: History, options: VerifyOptions = {}): Promise<Verification> {
  const { since, earlier, signal } = options
  const ledger = new Ledger()
  const signatures = new Signatures({ pinned: options.allowedSigners })
  const undone = new Undone()
  const adoptions = new Adoptions()
  const open = new OpenDecisions()
  const first = options.checks ?? checksOf(signatures)
  const last: readonly Check[] = [open, ledger, undone, adoptions]
  const checks = [...first, ...last]
  const total = await history.count(since)
  const entries = since === undefined ? [] : [...(await history.tree(since))]
  const world = new World(history, entries)
  const findings: Finding[] = [...(earlier?.findings ?? [])]
  const decisions = new Map((earlier?.decisions ?? []).map((decision) => [keyOf(decision), decision]))
  const crowns = new Crowns(earlier?.robustness)
  let done = 0
  let root: string | null = null
  let strict = (await readable(world.now, files.config))?.rules === 'v1'
  if (since !== undefined) for (const check of checks) await check.begin?.(world.now, earlier?.memory[check.name])
  await using inspector = inspectorFor({ history, entries, jobs: options.jobs ?? 1, commits: total })
  for await (const { commit, inspected } of inspectedCommits(history, since, inspector)) {
    signal?.throwIfAborted()
    if (since === undefined) root ??= commit.oid
    const view = world.apply(commit.changed)
    const step = await stepOf(withoutChanges(commit), commit.changed, inspected, view)
    strict = step.strict
    const round = (step.stateBefore ?? step.stateAfter)?.current_round ?? null
    const report = reporterOf({ commit: commit.oid, strict, round }, findings, decisions, open)
    const look = async (at: readonly Check[]) => {
      for (const check of at) {
        const busy = attempt(check, report, () => check.step(step, report))
        if (busy !== undefined) await busy
      }
    }
    await look(first)
    if (options.checks === undefined) retell(inspected.told, report)
    await look(last)
    crowns.add(inspected.crowns)
    done += 1
    options.progress?.(done, total)
  }
  const report = reporterOf({ commit: history.head, strict, round: null }, findings, decisions, open)
  const place = { records: world.now, since, ...(signal === undefined ? {} : { signal }) }
  const evidence = await lookAtEvidence(history, ledger, place, options.evidence)
  const tell = ({ code, path, message, commit }: EvidenceFinding) => report.finding(code, path, message, { commit })
  evidence.findings.forEach(tell)
  for (const [key, decision] of decisions) decisions.set(key, weaken(decision, evidence.weakened))
  const commits = (earlier?.commits ?? 0) + done
  const robustness = crowns.all()
  const memory = structuredClone(Object.fromEntries(checks.map((check) => [check.name, check.memory?.()])))
  const known = { commits, findings: [...findings], decisions: [...decisions.values()], robustness, memory }
  evidence.passing.forEach(tell)
  for (const check of checks) await attempt(check, report, () => check.end?.(world.now, report))
  return {
    source: history.id,
    root,
    head: history.head,
    since: since ?? null,
    earlier: null,
    again: null,
    backend: history.backend,
    commits,
    findings: adoptions.applied(undone.applied(findings)),
    decisions: adoptions.believed([...decisions.values()]),
    evidence: evidence.summary,
    signatures: signatures.counts,
    robustness,
    records: world.now,
    known,
  }
}

const keyOf = ({ round, kind, subject = '' }: Pick<Decision, 'round' | 'kind' | 'subject'>) =>
  `${round} ${kind} ${subject}`

/** Where a walk stands. */
interface Place {
  readonly commit: string
  readonly strict: boolean
  readonly round: number | null
}

function reporterOf(at: Place, findings: Finding[], decisions: Map<string, Decision>, open: OpenDecisions): Reporter {
  const finding: Reporter['finding'] = (code, path, message, other = {}) => {
    const { severity = severityOf(code, at.strict), commit = at.commit, round = roundOf(path) ?? at.round } = other
    findings.push({ code, severity, commit, path, round, message })
  }
  return {
    finding,
    decision(made) {
      const { kind, round, subject, path, level, note, differences = [] } = made
      const commit = made.commit ?? at.commit
      decisions.set(keyOf(made), { ...made, commit })
      if (level !== 'broken') return
      const why = [...(note === undefined ? [] : [note]), ...differences].join('; ')
      const what = subject === undefined ? kind : `${kind} ${subject}`
      const message = `Round ${round}, ${what}: does not follow from the record${why && `: ${why}`}.`
      finding(`decision/${kind}`, path, message, { round, commit })
    },
    open: (key, decision) => open.set(key, decision),
  }
}

function roundOf(path: string | null): number | undefined {
  const number = /^rounds\/(\d{1,15})\//.exec(path ?? '')?.[1]
  return number === undefined ? undefined : Number(number)
}
