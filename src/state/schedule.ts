import { z } from 'zod'
import { datetime } from './datetime.ts'
import { int } from './number.ts'

/** Public randomness, named before it exists. */
export const randomnessSourceSchema = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('block'), block: int() }),
  z.looseObject({ kind: z.literal('drand'), chain: z.string(), round: int() }),
])
export type RandomnessSource = z.infer<typeof randomnessSourceSchema>

/** `rounds/N/schedule.json` */
export const scheduleSchema = z
  .looseObject({
    earliest_reveal_block: int(),
    latest_reveal_block: int().describe('Inclusive, as `earliest_reveal_block`.'),
    generation_deadline_block: int().optional(),
    starts_at: datetime()
      .optional()
      .describe('Ours: the nominal start, so that the next one does not have to be estimated from block times.'),
    randomness: randomnessSourceSchema.optional().describe('Ours: which public value the seed will be made of.'),
    decided_at_block: int()
      .optional()
      .describe('Ours: the head of the chain when the schedule was made, from which its blocks follow.'),
    decided_at: datetime().optional(),
  })
  .describe('The round’s window for reveals and its deadline for outputs, in blocks.')
export type Schedule = z.infer<typeof scheduleSchema>
