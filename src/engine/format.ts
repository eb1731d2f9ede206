import type { RevealSchema } from '../rules/reveals.ts'
import type { Config } from '../state/config.ts'
import type { Seed } from '../state/seed.ts'
import type { Submissions } from '../state/submissions.ts'
import type { Change } from './change.ts'
import type { EvidenceKind } from './evidence-kind.ts'
import type { Context, Round, Waiting } from './owner.ts'
import type { Task } from './work-pool.ts'

/**
 * What differs between competitions. The engine and the stage owners know nothing else about what is made, judged or
 * crowned. A format gathers evidence through ports of its own and decides by pure rules.
 */
export interface Format {
  readonly id: string
  /** What a miner reveals, and which part of it counts as the same entry. */
  reveals(config: Config): RevealSchema
  /**
   * OPEN, before the window closes: what has to be public before the operator can know any reveal, e.g. a commitment to
   * hidden truth; `undefined` when there is nothing, or it is on record.
   */
  announce(round: Round, context: Context): Promise<Change | undefined>
  /** OPEN: what the round hands out to miners besides the seed, e.g. the prompts. */
  handOut(round: Round, seed: Seed, context: Context): Promise<Change>
  /** MINER_GENERATION, when the deadline has come: what has to be on record of that moment, if anything. */
  atDeadline(round: Round, context: Context): Promise<Change | undefined>
  /**
   * DOWNLOADING: gathers every one of these entries that is not on record yet. A failure of ours stops no other entry, and is thrown at
   * the end.
   */
  collect(round: Round, entries: Submissions, context: Context): AsyncGenerator<Change, void, void>
  /** DUELS: the next thing to do, derived from what is on record and from nothing else. */
  plan(round: Round, context: Context): Promise<Plan>
  /** DUELS: judges one contest that `plan` asked for. */
  judge(round: Round, contest: Contest, context: Context): Promise<Change>
  /**
   * Before any of them: gives back what earlier runs rented and left behind. A failure keeps nobody from the jobs, and is
   * thrown at the end.
   */
  tidy?(round: Round, context: Context): Promise<void>
  /** Jobs that need somebody's code to run: builds, baselines, audits that `plan` asked for. Most urgent first. */
  jobs(round: Round, context: Context): Promise<readonly Job[]>
  /** Does one of them, in pieces if it takes long. May return what it waits for. */
  work(round: Round, job: Job, context: Context): AsyncGenerator<Change, Waiting | undefined>
  /** FINALIZING: how the crown and its weights follow from the round's result. */
  crown(round: Round, effectiveBlock: number, context: Context): Promise<Change>
  /** Kinds of work that other machines can do, most urgent first; none where absent. */
  readonly performed?: readonly string[]
  /**
   * Does, for another machine, one piece of what `pool.gather` was asked for there.
   * @throws `refused` for what is not done here; `unavailable` when it cannot be done now
   */
  perform?(task: Task, hands: Pick<Context, 'clock' | 'pool' | 'signal'>): Promise<void>
  /** The evidence that strangers may hand in, by kind; none where absent. @throws `state-file` */
  evidence?(round: Round, context: Pick<Context, 'chain'>): Promise<Readonly<Record<string, EvidenceKind>>>
}

/** Two entries against each other, or one against the truth (`left` absent). */
export interface Contest {
  readonly left?: string
  readonly right: string
  /** Once more and by other means, before the crown. */
  readonly confirmation?: true
}

/** A piece of work for the auditor; `subject` is a hotkey or `leader`. */
export interface Job {
  readonly kind: string
  readonly subject: string
}

export type Plan =
  /** Something has to be on record before anything else, e.g. whom to audit. */
  | { readonly kind: 'record'; readonly change: Change }
  | { readonly kind: 'judge'; readonly contest: Contest; readonly done: number; readonly total: number }
  | { readonly kind: 'wait'; readonly waiting: Waiting }
  /** The round is decided; the change records the result. */
  | { readonly kind: 'decided'; readonly change: Change; readonly summary: string }
