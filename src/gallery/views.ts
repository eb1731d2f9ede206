/** What the pages show: everything read, decided and copied before anything is drawn. Texts are as strangers wrote them. */
import type { DuelWinner, Stage, Stopped } from '../state/index.ts'

export interface Person {
  readonly hotkey: string
  readonly repo: string | undefined
  /** Plays as the reigning champion in this round. */
  readonly isLeader: boolean
}

/** A picture that lies in the gallery, or why there is none and where it once was. */
export interface Picture {
  /** Relative to the gallery. */
  readonly src?: string
  readonly url?: string
  readonly missing?: string
}

export interface DuelView {
  readonly name: string
  readonly prompt: Picture
  readonly left: Picture
  readonly right: Picture
  readonly winner: DuelWinner
  /** The judge's words, or why none was asked. */
  readonly words: string
  /** The judge gave no verdict: it is no part of the margin. */
  readonly void?: true
}

export interface MatchView {
  /** From 1 on, in the order in which they were judged. */
  readonly number: number
  readonly left: Person
  readonly right: Person
  /** As in the matrix: above 0 the challenger was better. */
  readonly margin: number
  /** What it came to after the audits. */
  readonly counted: number
  readonly takesOver: boolean
  /** Whether it is the second judge’s, about the crown. */
  readonly confirmation?: true
  /** Why it does not count, if so. */
  readonly void: string | undefined
  readonly judge: string | undefined
  /** Why it ended before its judge was asked about all of it, if it did. */
  readonly stopped?: Stopped | undefined
  readonly duels: readonly DuelView[]
}

export type FateKind = 'won' | 'strong' | 'beaten' | 'rejected' | 'refused' | 'open'

export interface Fate {
  readonly kind: FateKind
  readonly text: string
  readonly reason: string
}

export interface EntryView {
  readonly person: Person
  readonly commit: string | undefined
  readonly cdnUrl: string | undefined
  readonly block: number | undefined
  /** Prompts with a preview; undefined where nothing is on record. */
  readonly delivered: number | undefined
  /** Margin against the leader, after the audits. */
  readonly margin: number | undefined
  readonly fate: Fate
}

/** A judge card. */
export interface JudgeView {
  readonly judges: readonly string[]
  readonly facts: readonly Fact[]
  /** Sentences without a final dot; none for a judge that is sane. */
  readonly outOfBounds: readonly string[]
  /** Why a person let the round go on in spite of it. */
  readonly resumed: string | undefined
}

export interface AuditView {
  readonly person: Person
  readonly outcome: 'pending' | 'passed' | 'rejected'
  readonly reason: string
  readonly checked: number
  readonly mismatched: number
  /** Seconds. */
  readonly median: number | null
  /** The least alike first, and not all of them. */
  readonly samples: readonly AuditSample[]
}

export interface AuditSample {
  readonly name: string
  readonly prompt: Picture
  readonly submitted: Picture
  readonly regenerated: Picture
  readonly distance: number
}

export interface Fact {
  readonly name: string
  readonly value: string
  readonly note?: string
}

export interface RoundView {
  readonly number: number
  readonly leader: Person | undefined
  readonly winner: Person | undefined
  /** Why the round came to nothing, where it did: nobody won then. */
  readonly voided?: string | undefined
  readonly judge?: JudgeView | undefined
  readonly facts: readonly Fact[]
  readonly entries: readonly EntryView[]
  readonly promptCount: number
  readonly winMargin: number
  /** What else it takes to take over, if anything. */
  readonly throne?: string | undefined
  readonly matches: readonly MatchView[]
  /** Who beat the leader, with those whom an audit threw out again. */
  readonly beatLeader: readonly { readonly person: Person; readonly rejected: boolean }[]
  /** Who took over from the leader, one after another. */
  readonly chain: readonly Person[]
  readonly audits: readonly AuditView[]
  /** Prompts with what the winner made of them. */
  readonly showcase: readonly { readonly name: string; readonly prompt: Picture; readonly preview: Picture }[]
}

export interface CrownStep {
  readonly block: number
  readonly weight: number
  readonly person: Person
  readonly change: 'first' | 'took over' | 'defended'
}

export interface CompetitionView {
  readonly name: string
  readonly description: string
  readonly stage: Stage
  readonly currentRound: number
  readonly head: string
  readonly crown: readonly CrownStep[]
}

/** What the index shows of a round. */
export type RoundSummary = Pick<RoundView, 'number' | 'leader' | 'winner' | 'voided' | 'showcase'> & {
  readonly entries: number
  readonly matches: number
}
