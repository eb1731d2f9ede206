import { z } from 'zod'
import { float, int } from './number.ts'

export const leaderEntrySchema = z.looseObject({
  hotkey: z.string(),
  repo: z.string(),
  commit: z.string(),
  /** Full image reference. */
  docker: z.string(),
  /** Fraction of the emission, 0 to 1. */
  weight: float(),
  /** Active from this block on, inclusive. */
  effective_block: int(),
  /** Ours: the round that decided this entry, so that a round is applied once only. */
  round: int().optional(),
})
export type LeaderEntry = z.infer<typeof leaderEntrySchema>

/** `leader.json`: append-only, oldest first. */
export const leadersSchema = z.array(leaderEntrySchema)
export type Leaders = z.infer<typeof leadersSchema>
