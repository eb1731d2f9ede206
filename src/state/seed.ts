import { z } from 'zod'
import { int } from './number.ts'
import { randomnessSourceSchema } from './schedule.ts'

/** `rounds/N/seed.json`, one line. The fields after `seed` are ours: what it was made of. */
export const seedSchema = z
  .looseObject({
    seed: int().describe('0 ≤ seed < 2³².'),
    algorithm: z.string().optional(),
    randomness: randomnessSourceSchema.optional(),
    value: z.string().optional().describe('The public value, hex.'),
    submissions_digest: z.string().optional().describe('`sha256:…` of the bytes of `submissions.json`.'),
  })
  .describe('The round’s seed and what it was made of.')
export type Seed = z.infer<typeof seedSchema>
