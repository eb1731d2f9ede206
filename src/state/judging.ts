import { z } from 'zod'
import { float, int } from './number.ts'
import { sanityFields } from './sanity.ts'

/** `config.judging`: how much is judged, and what it takes to take the crown; the original's way where a field is absent. */
export const judgingSchema = z.looseObject({
  throne: z
    .enum(['fixed', 'significant', 'familywise'])
    .optional()
    .describe(
      'What a challenger needs besides `win_margin`: `fixed` nothing, `significant` a margin whose lower confidence bound reaches `throne_floor`, `familywise` that with `throne_error` shared by all who entered, and a second judge who agrees. `fixed` when absent.',
    ),
  throne_error: float()
    .optional()
    .describe(
      'How probable it may be that a challenger passes whose true margin is no more than `throne_floor`: of each match under `significant`, of all of a round together under `familywise`. 0.05 when absent.',
    ),
  throne_floor: float().optional().describe('The margin that has to be exceeded beyond chance; 0 when absent.'),
  throne_confirmation: z
    .literal('second-judge', {
      error: '"second-judge" (a confirmation on fresh prompts is not offered: nobody has outputs for them)',
    })
    .optional()
    .describe('Who confirms a would-be king under `familywise`: a second judge, on the same prompts.'),
  throne_judge: z
    .string()
    .optional()
    .describe('Id of the second judge, published before anybody is judged; needed under `familywise`.'),
  stopping: z
    .enum(['none', 'lossless', 'sequential', 'gsprt'])
    .optional()
    .describe(
      'When the judge is asked no further about a match: `none` never, `lossless` when no answer can let the challenger pass any more, `sequential` and `gsprt` also when a test says so. Whoever passes is judged to the end. But under `none`, two sides that look the same are a draw without a judge, and no match is judged and no audit waited for that cannot change the winner. `none` when absent.',
    ),
  stopping_error: float()
    .optional()
    .describe('How probable it may be that a test gives up a match that would have passed; 0.01 when absent.'),
  stopping_batch: int()
    .optional()
    .describe('The fewest duels that are asked side by side where a match may be stopped; 1 when absent.'),
  ...sanityFields,
})
export type Judging = z.infer<typeof judgingSchema>
