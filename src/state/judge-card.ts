import { z } from 'zod'
import { judgeCostSchema } from './judge-checks.ts'
import { float, int } from './number.ts'

const count = z
  .looseObject({ yes: int(), of: int(), low: float(), high: float() })
  .describe('How many of how many, and the 95 % interval of the share, by Wilson.')
export type Count = z.infer<typeof count>

const change = () => float().nullable()

/** `rounds/N/judge_card.json` (ours) */
export const judgeCardSchema = z
  .looseObject({
    judges: z.array(z.string()).describe('Ids, as the match reports name them.'),
    matches: int().describe('Rows of the matrix that it is about.'),
    canaries: z
      .looseObject({ itself: count, degraded: count, lettered: count })
      .describe('Canaries with the right answer: a draw; the original wins; the text does not.'),
    retests: count.describe('Duels with the same verdict when the judge was asked again.'),
    swaps: count.describe('Mirrored pairs with one outcome, whichever side was shown first.'),
    draws: count.describe('Drawn duels, of those that the judge decided.'),
    voids: count.describe('Questions without a verdict, canaries and retests among them.'),
    cost: judgeCostSchema.extend({ money: float().optional() }),
    drift: z
      .looseObject({ round: int(), draws: change(), voids: change(), swaps: change() })
      .optional()
      .describe('Changes of shares since the last card of the same judge.'),
    bounds: z
      .looseObject({
        itself: float(),
        degraded: float(),
        lettered: float(),
        retests: float(),
        swaps: float(),
        voids: float(),
        draw_drift: float(),
      })
      .describe('What was asked for.'),
    out_of_bounds: z
      .array(z.string())
      .describe('What is not so. With any of it the round is held before its winner is crowned.'),
    acts: int().describe(
      'Acts of people on record when it was written: one that resumes the round after it lets it go on.',
    ),
  })
  .describe('Whether the judge of a round is sane.')
export type JudgeCard = z.infer<typeof judgeCardSchema>
