import { z } from 'zod'
import { datetime } from './datetime.ts'
import { int } from './number.ts'

export const stages = ['open', 'miner_generation', 'downloading', 'duels', 'finalizing', 'finished', 'paused'] as const
export const stage = z.enum(stages)
export type Stage = z.infer<typeof stage>

/** `state.json` */
export const stateSchema = z
  .looseObject({
    current_round: int(),
    stage,
    next_stage_eta: datetime()
      .nullable()
      .default(null)
      .describe('When the next stage is expected; for people only, never a trigger.'),
    paused_from: stage.optional().describe('Ours: where a pause took effect, so that it can be lifted.'),
    attempt: int().optional().describe('Ours: which attempt at the round this is; the first one when absent.'),
  })
  .describe('Where the competition stands: round and stage.')
export type State = z.infer<typeof stateSchema>
