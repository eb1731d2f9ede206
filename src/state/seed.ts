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
    published_at_block: int().optional().describe('Ours: the head of the chain when the seed was published.'),
    deadline_block: int()
      .optional()
      .describe(
        'Ours: replaces `generation_deadline_block` of a schedule where the seed was published too late for it.',
      ),
    signature: z
      .string()
      .optional()
      .describe(
        'Ours: where the randomness is a drand round, the network’s signature, hex; it proves `value` offline.',
      ),
  })
  .describe('The round’s seed and what it was made of.')
export type Seed = z.infer<typeof seedSchema>
