import type { Decision, Level } from '../decision.ts'

export type Counts = Readonly<Record<Level, number>>

export function countsOf(decisions: readonly Decision[]): Counts {
  const counts = { proved: 0, consistent: 0, broken: 0 }
  for (const { level } of decisions) counts[level] += 1
  return counts
}
