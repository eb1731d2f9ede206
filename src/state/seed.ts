import { z } from 'zod'
import { int } from './number.ts'
import { randomnessSourceSchema } from './schedule.ts'

/** `rounds/N/seed.json`, one line. The fields after `seed` are ours: what it was made of. */
export const seedSchema = z.looseObject({
  /** 0 ≤ seed < 2³². */
  seed: int(),
  algorithm: z.string().optional(),
  randomness: randomnessSourceSchema.optional(),
  /** The public value, hex. */
  value: z.string().optional(),
  /** `sha256:…` of the bytes of `submissions.json`. */
  submissions_digest: z.string().optional(),
})
export type Seed = z.infer<typeof seedSchema>
