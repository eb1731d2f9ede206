import { z } from 'zod'
import { datetime } from './datetime.ts'
import { int } from './number.ts'
import { stage } from './state.ts'

/** `interventions/NNNN.json` (ours) */
export const interventionSchema = z
  .looseObject({
    kind: z.enum(['pause', 'resume']),
    reason: z.string(),
    by: z.string().describe('Name and address of the committer.'),
    round: int(),
    from: stage,
    to: stage,
    at: datetime(),
  })
  .describe('A person’s act, typed and reasoned, instead of a hand edit.')
export type Intervention = z.infer<typeof interventionSchema>
