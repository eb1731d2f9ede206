/** What a judge's procedure is given, and what it comes to. */
import type { Outcome, Pair } from '../judge.ts'
import type { Identity } from './identity.ts'
import type { Procedure } from './procedure.ts'

export interface Case {
  readonly identity: Identity
  readonly seed: number
  /** How often the match was taken up again before. */
  readonly retry: number
  /** SHA-256 of the pictures, in hex. */
  readonly pictures: { readonly prompt: string; readonly left: string; readonly right: string }
  /** What was measured on the pictures beforehand, where a judge needs that. */
  readonly measured: Readonly<Record<string, number>>
}

export type Decision =
  | {
      readonly kind: 'decided'
      readonly winner: Outcome
      readonly issues: string
      readonly pair: Pair
      /** How it came to that, for people. */
      readonly detail?: unknown
    }
  | { readonly kind: 'void'; readonly cause: string }

/** A way of judging. */
export type Method = (asked: Case) => Procedure<Decision>

/** Texts of models are shown to people: one line, and no longer than this. */
const MAX_ISSUES = 1000

export const shortened = (issues: string): string =>
  issues
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_ISSUES)
