import { z } from 'zod'
import { int } from './number.ts'

/** Public randomness, named before it exists. */
export const randomnessSourceSchema = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('block'), block: int() }),
  z.looseObject({ kind: z.literal('drand'), chain: z.string(), round: int() }),
])
export type RandomnessSource = z.infer<typeof randomnessSourceSchema>

/** `rounds/N/schedule.json`; the window is inclusive on both ends. */
export const scheduleSchema = z.looseObject({
  earliest_reveal_block: int(),
  latest_reveal_block: int(),
  generation_deadline_block: int(),
  /** Ours: the nominal start, so that the next one does not have to be estimated from block times. */
  starts_at: z.string().optional(),
  /** Ours: which public value the seed will be made of. */
  randomness: randomnessSourceSchema.optional(),
  /** Ours: the head of the chain when the schedule was made, from which its blocks follow. */
  decided_at_block: int().optional(),
  decided_at: z.string().optional(),
})
export type Schedule = z.infer<typeof scheduleSchema>
