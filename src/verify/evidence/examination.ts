import type { Doubt, ProblemCode } from './problem.ts'

/** Something that could be done again: how often it was, with what result. */
export interface Tally {
  /** On record. */
  recorded: number
  /** Done again, or known to have come out the same before. */
  checked: number
  equal: number
  /** Nobody here can do it again, e.g. for want of that renderer. */
  believed: number
}

/** What a look at the evidence itself gave; in numbers. */
export interface EvidenceReport {
  /** The store that was looked into; null: none, so that digests were only counted. */
  readonly store: string | null
  /** Objects that are named by digest. */
  readonly named: number
  /** `known`: found good at another time, and not fetched again. Null without a store. */
  readonly objects: Readonly<Record<'good' | 'known' | 'missing' | 'damaged' | 'unfetched', number>> | null
  readonly previews: Readonly<Tally> | null
  readonly distances: Readonly<Tally> | null
  readonly verdicts: Readonly<Tally> | null
}

export interface EvidenceFinding {
  readonly code: ProblemCode | 'evidence/rejudge'
  readonly commit: string
  readonly path: string
  readonly message: string
}

/** A decision that rests on evidence which is not there, or not what the record says. */
export interface Weakened {
  readonly kind: 'match' | 'confirmation' | 'judge-checks' | 'audit'
  readonly round: number
  readonly subject: string
  readonly path: string
  readonly level: Doubt
  readonly note: string
}

export interface Examination {
  readonly report: EvidenceReport
  readonly findings: readonly EvidenceFinding[]
  readonly weakened: readonly Weakened[]
}

export const tally = (): Tally => ({ recorded: 0, checked: 0, equal: 0, believed: 0 })
