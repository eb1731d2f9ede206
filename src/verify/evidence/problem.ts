import type { Level } from '../decision.ts'

/** What evidence can be, for a decision that rests on it: not there to be looked at, or not what the record says. */
export type Doubt = Exclude<Level, 'proved'>

export const problemCodes = [
  'evidence/missing',
  'evidence/damaged',
  'evidence/unfetched',
  'evidence/size',
  'evidence/preview',
  'evidence/distance',
  'evidence/verdict',
  'evidence/judge',
  'evidence/canary',
] as const
export type ProblemCode = (typeof problemCodes)[number]

export interface Problem {
  readonly code: ProblemCode
  /** A part of a sentence: what is wrong with what. */
  readonly text: string
  /** The object that it is about, if it is about one: told where that is named first, and not again. */
  readonly object?: string
}

/** What is not there leaves a decision to be believed; what is false breaks it. */
export const doubtOf = ({ code }: Problem): Doubt =>
  code === 'evidence/missing' || code === 'evidence/unfetched' || code === 'evidence/judge' ? 'consistent' : 'broken'

const INTRODUCTIONS: Readonly<Record<ProblemCode, string>> = {
  'evidence/missing': 'The store does not have what this file names by digest',
  'evidence/damaged': 'The store holds other bytes than this file names by digest',
  'evidence/unfetched': 'Some evidence could not be looked at, which says nothing about it',
  'evidence/size': 'The recorded size is not that of the recorded bytes',
  'evidence/preview': 'What was recorded of a model is not what that model looks like',
  'evidence/distance': 'A recorded distance is not the distance between the recorded pictures',
  'evidence/verdict': 'A recorded verdict does not follow from what was judged',
  'evidence/judge': 'Verdicts have to be believed',
  'evidence/canary': 'The judge was shown something else than a canary that follows from the record',
}
const SHOWN = 3

/** One sentence for all problems of a kind that one commit brought to one file. */
export function sentenceOf(code: ProblemCode, texts: readonly string[]): string {
  const more = texts.length - SHOWN
  const rest = more > 0 ? [`and ${more} more of the kind`] : []
  return `${INTRODUCTIONS[code]}: ${[...texts.slice(0, SHOWN), ...rest].join('; ')}.`
}
