import { z } from 'zod'
import { int } from './number.ts'

export const stages = ['open', 'miner_generation', 'downloading', 'duels', 'finalizing', 'finished', 'paused'] as const
export const stage = z.enum(stages)
export type Stage = z.infer<typeof stage>

/** `state.json`: which round, which stage, and when (for people only) the next one is expected. */
export const stateSchema = z.looseObject({
  current_round: int(),
  stage,
  next_stage_eta: z.string().nullable().default(null),
  /** Ours: where a pause took effect, so that it can be lifted. */
  paused_from: stage.optional(),
})
export type State = z.infer<typeof stateSchema>
