import type { Replay } from './replay.ts'
import type { RoundReplay } from './replay-round.ts'

export interface Summary {
  readonly compared: number
  readonly equal: number
  readonly differ: number
  readonly unknown: number
}

/** One comparison of a replay; those of the whole competition are of no round. */
export interface Outcome {
  readonly round?: number
  readonly of: string
  readonly equal: boolean | null
}

export function outcomesOf({ rounds, rounds_on_record, crown }: Omit<Replay, 'summary'>): Outcome[] {
  const whole = { rounds_on_record, ...(crown ? { crown } : {}) }
  return [
    ...rounds.flatMap(outcomesOfRound),
    ...Object.entries(whole).map(([of, { equal }]): Outcome => ({ of, equal })),
  ]
}

export function outcomesOfRound({ round, matches, ...decisions }: RoundReplay): Outcome[] {
  return [
    { round, of: 'matches', equal: matches.equal === matches.checked },
    ...Object.entries(decisions).flatMap(([of, decision]) =>
      typeof decision === 'object' ? [{ round, of, equal: decision.equal as boolean | null }] : [],
    ),
  ]
}

export function summaryOf(outcomes: readonly Outcome[]): Summary {
  const count = (equal: boolean | null) => outcomes.filter((outcome) => outcome.equal === equal).length
  return { compared: outcomes.length, equal: count(true), differ: count(false), unknown: count(null) }
}
