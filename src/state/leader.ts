import { z } from 'zod'
import { float, int } from './number.ts'

export const leaderEntrySchema = z.looseObject({
  hotkey: z.string(),
  repo: z.string().optional(),
  commit: z.string().optional(),
  docker: z.string().optional().describe('Full image reference.'),
  weight: float().describe('Fraction of the emission, 0 to 1.'),
  effective_block: int().describe('Active from this block on, inclusive.'),
  round: int().optional().describe('Ours: the round that decided this entry, so that a round is applied once only.'),
  attempt: int()
    .optional()
    .describe(
      'Ours: which attempt at that round, where not the first: it takes the place of what earlier ones decided.',
    ),
  image_digest: z
    .string()
    .optional()
    .describe('Ours: `sha256:…` of the image, as its build recorded it; it is what runs.'),
})
export type LeaderEntry = z.infer<typeof leaderEntrySchema>

/** `leader.json` */
export const leadersSchema = z
  .array(leaderEntrySchema)
  .describe('Who holds the crown, from which block on and with which weight; append-only, oldest first.')
export type Leaders = z.infer<typeof leadersSchema>
