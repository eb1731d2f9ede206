import { z } from 'zod'
import { int } from './number.ts'
import { stage } from './state.ts'

/** `interventions/NNNN.json` (ours): a person's act, typed and reasoned, instead of a hand edit. */
export const interventionSchema = z.looseObject({
  kind: z.enum(['pause', 'resume']),
  reason: z.string(),
  by: z.string(),
  round: int(),
  from: stage,
  to: stage,
  at: z.string(),
})
export type Intervention = z.infer<typeof interventionSchema>
