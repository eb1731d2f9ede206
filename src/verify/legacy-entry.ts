import type { LeaderEntry } from '../state/leader.ts'

/** Far below any step of a weight, far above what adding and subtracting leave behind. */
const ROUNDING = 1e-9

/** Older engines did not name the round of an entry, nor round weights: 0.6000000000000001 is what they made of 0.8 - 0.2. */
export function likeRecorded(entry: LeaderEntry, recorded: LeaderEntry | undefined): LeaderEntry {
  if (recorded === undefined || recorded.round !== undefined) return entry
  const { round: _, ...rest } = entry
  return Math.abs(rest.weight - recorded.weight) < ROUNDING ? { ...rest, weight: recorded.weight } : rest
}
