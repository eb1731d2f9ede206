import type { Records } from '../engine/records.ts'
import type { ChangedPath, HistoryCommit } from '../repo/history.ts'
import type { Config } from '../state/config.ts'
import type { Intervention } from '../state/intervention.ts'
import type { Located } from '../state/locate.ts'
import type { State } from '../state/state.ts'
import type { Decision } from './decision.ts'
import type { Severity } from './finding.ts'
import type { Inspection } from './inspection/inspect-commit.ts'

/** A changed path, and which file of ours lies there. */
export interface Changed extends ChangedPath {
  readonly located: Located | undefined
}

/** One commit, as a check sees it. */
export interface Step {
  readonly commit: Omit<HistoryCommit, 'changed'>
  readonly isRoot: boolean
  /** Its message without trailers, and the trailers. */
  readonly text: string
  readonly trailers: Readonly<Record<string, string>>
  readonly changed: readonly Changed[]
  /** As of its parent, and as of itself. */
  readonly before: Records
  readonly after: Records
  /** What was found out about it by itself. */
  readonly inspected: Inspection
  /** Undefined where the file is missing or cannot be read. */
  readonly stateBefore: State | undefined
  readonly stateAfter: State | undefined
  /** In force when it was decided: of the parent; at the beginning its own. */
  readonly config: Config | undefined
  /** Whether it claims our own rules; older records lack what those demand. */
  readonly strict: boolean
  /** Records of a person's acts that this commit adds. */
  readonly interventions: readonly Intervention[]
}

export interface Reporter {
  /** Severity as the list of codes says, this commit, and the round of the path, unless told otherwise. */
  finding(
    code: string,
    path: string | null,
    message: string,
    other?: { readonly severity?: Severity; readonly commit?: string; readonly round?: number },
  ): void
  /** Of this commit, unless told otherwise. */
  decision(decision: Omit<Decision, 'commit'> & { readonly commit?: string }): void
  /**
   * A decision that a later commit may complete, to be told at the end unless that comes: until then anything else that is
   * said under its key takes its place. Without a decision: it is not open any more.
   */
  open(key: string, decision?: Omit<Decision, 'commit'> & { readonly commit: string }): void
}

/** Looks at commits one after another, oldest first; may remember what it has seen. */
export interface Check {
  readonly name: string
  /**
   * What was on record before the first commit that is looked at, and what `memory` gave when that was verified, if
   * that is known. Called once; not for a walk from the root.
   */
  begin?(records: Records, memory?: unknown): Promise<void> | void
  step(step: Step, report: Reporter): Promise<void> | void
  /**
   * What the next walk has to know of this one and cannot see from the records, as JSON: with it, two walks find what
   * one over both finds. Called before `end`.
   */
  memory?(): unknown
  /**
   * What can only be told at the end; findings name the newest commit unless they say otherwise. When the walk goes on
   * later, they are made anew.
   */
  end?(records: Records, report: Reporter): Promise<void> | void
}
