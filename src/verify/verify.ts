/** The auditor: walks a whole history once, oldest first, lets every check look at every commit, and adds it up. */
import type { Records } from '../engine/records.ts'
import { isError } from '../errors.ts'
import type { History, HistoryCommit } from '../repo/history.ts'
import { parseMessage } from '../repo/message.ts'
import type { AllowedSigners } from '../signing/allowed-signers.ts'
import { files } from '../state/files.ts'
import { fileAt } from '../state/locate.ts'
import { Adoptions } from './adopted.ts'
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
import type { Inspected } from './inspection/inspect-commit.ts'
import { inspectedCommits } from './inspection/inspected-commits.ts'
import { inspectorFor } from './inspection/inspector.ts'
import { readable } from './readable.ts'
import type { RoundRobustness } from './robustness.ts'
import type { Check, Reporter, Step } from './step.ts'
import { Undone } from './undone.ts'
import { World } from './world.ts'

export interface VerifyOptions {
  /** A commit that was verified before: what comes after it is looked at. */
  readonly since?: string
  /** What was found out up to there; then the result is about both. */
  readonly earlier?: Known
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
  const checks: readonly Check[] = [...(options.checks ?? checksOf(signatures)), ledger, undone, adoptions]
  const total = await history.count(since)
  const world = new World(history, since === undefined ? [] : await history.tree(since))
  const findings: Finding[] = [...(earlier?.findings ?? [])]
  const decisions = new Map((earlier?.decisions ?? []).map((decision) => [keyOf(decision), decision]))
  const crowns = new Crowns(earlier?.robustness)
  let done = 0
  let root: string | null = null
  let strict = (await readable(world.now, files.config))?.rules === 'v1'
  if (since !== undefined) for (const check of checks) await check.begin?.(world.now, earlier?.memory[check.name])
  await using inspector = inspectorFor(options.jobs ?? 1, total)
  for await (const { commit, inspected } of inspectedCommits(history, since, inspector)) {
    signal?.throwIfAborted()
    if (since === undefined) root ??= commit.oid
    const step = await stepOf(commit, inspected, world)
    strict = step.strict
    const round = (step.stateBefore ?? step.stateAfter)?.current_round ?? null
    const report = reporterOf({ commit: commit.oid, strict, round }, findings, decisions)
    for (const check of checks) {
      const busy = attempt(check, report, () => check.step(step, report))
      if (busy !== undefined) await busy
    }
    await crowns.look(step)
    done += 1
    options.progress?.(done, total)
  }
  const report = reporterOf({ commit: history.head, strict, round: null }, findings, decisions)
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

function reporterOf(at: Place, findings: Finding[], decisions: Map<string, Decision>): Reporter {
  const finding: Reporter['finding'] = (code, path, message, other = {}) => {
    const { severity = severityOf(code, at.strict), commit = at.commit, round = roundOf(path) ?? at.round } = other
    findings.push({ code, severity, commit, path, round, message })
  }
  return {
    finding,
    decision(made) {
      const { kind, round, subject, path, level, note, differences = [] } = made
      const commit = made.commit ?? at.commit
      decisions.set(keyOf(made), { ...made, ...detached(made), commit })
      if (level !== 'broken') return
      const why = [...(note === undefined ? [] : [note]), ...differences].join('; ')
      const what = subject === undefined ? kind : `${kind} ${subject}`
      const message = `Round ${round}, ${what}: does not follow from the record${why && `: ${why}`}.`
      finding(`decision/${kind}`, path, message, { round, commit })
    },
  }
}

/** Copies, for good: a part of a text that was read would keep all of that text in memory. One, where both are equal. */
function detached({ recorded, recomputed }: Pick<Decision, 'recorded' | 'recomputed'>) {
  const [before, after] = [JSON.stringify(recorded), JSON.stringify(recomputed)]
  const copy = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text))
  const copied = copy(before)
  return { recorded: copied, recomputed: before === after ? copied : copy(after) }
}

function roundOf(path: string | null): number | undefined {
  const number = /^rounds\/(\d{1,15})\//.exec(path ?? '')?.[1]
  return number === undefined ? undefined : Number(number)
}

/** A shape that nobody thought of is a finding, never a crash. @returns a promise only where there is something to wait for */
function attempt({ name }: Check, report: Reporter, act: () => Promise<void> | void): Promise<void> | undefined {
  const fail = (error: unknown) => {
    if (isError(error) && error.code !== 'state-file') throw error
    const message = error instanceof Error ? error.message : String(error)
    const path = isError(error) ? (error.where ?? null) : null
    report.finding('verify/unreadable', path, `The check of ${name} could not be made here: ${message}.`)
  }
  try {
    return act()?.catch(fail)
  } catch (error) {
    fail(error)
    return undefined
  }
}

async function stepOf({ changed, ...commit }: HistoryCommit, inspected: Inspected, world: World): Promise<Step> {
  const { before, after } = world.apply(changed, inspected.read)
  const config = (await readable(before, files.config)) ?? (await readable(after, files.config))
  const interventions: Step['interventions'][number][] = []
  const located = changed.map((each) => ({ ...each, located: fileAt(each.path) }))
  for (const { located: at, before: old, after: now } of located) {
    if (at?.file !== files.intervention || old !== undefined || now === undefined) continue
    const act = await readable(after, files.intervention, at.args[0] as number)
    if (act !== undefined) interventions.push(act)
  }
  return {
    ...parseMessage(commit.message),
    commit,
    isRoot: commit.parents.length === 0,
    changed: located,
    inspected,
    before,
    after,
    stateBefore: await readable(before, files.state),
    stateAfter: await readable(after, files.state),
    config,
    strict: config?.rules === 'v1',
    interventions,
  }
}
