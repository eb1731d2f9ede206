import type { Decision, Level } from '../decision.ts'
import type { Weakened } from './examination.ts'

const RANK: Readonly<Record<Level, number>> = { proved: 0, consistent: 1, broken: 2 }

/** What a decision is worth once the evidence that it rests on was looked at; others stay as they are. */
export function weaken(decision: Decision, weakened: readonly Weakened[]): Decision {
  let result = decision
  for (const { kind, round, subject, path, level, note } of weakened) {
    const isOf = decision.kind === kind && decision.round === round
    if (!isOf || (decision.subject !== subject && decision.path !== path)) continue
    const worse = RANK[level] > RANK[result.level]
    result = { ...result, level: worse ? level : result.level, note: joined(result.note, note) }
  }
  return result
}

const joined = (note: string | undefined, more: string) => (note === undefined ? more : `${note}; ${more}`)
