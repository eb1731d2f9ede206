/** How firmly the crown of a round sits, as a report says it; what the numbers mean is in `src/rules/robustness.ts`. */
import { z } from 'zod'
import { duelWinners } from '../../state/duels.ts'

const count = () => z.int().min(0)
const pairing = {
  left: z.string(),
  right: z.string(),
  confirmation: z.literal(true).optional().describe('The same match again, by the second judge.'),
}

const verdict = z.enum(duelWinners)
const flip = z.object({ name: z.string().describe('The prompt.'), from: verdict, to: verdict })

const upset = z.object({
  least: count().describe('So many verdicts have to be others.'),
  turned: z.array(z.object({ ...pairing, flips: z.array(flip) })).describe('The matches that they turn.'),
  passed: z.array(z.string()).describe('Supposing that these open audits pass.'),
  failed: z.array(z.string()).describe('Supposing that these open audits fail.'),
  winner: z.string().nullable().describe('Who would have won; null where that cannot be told.'),
  because: z.string().nullable().describe('Why it cannot.'),
})

const margin = z.object({
  ...pairing,
  margin: z.number(),
  role: z.enum(['qualified', 'took over', 'fell short', 'confirmed', 'not confirmed']),
  interval: z.tuple([z.number(), z.number()]).nullable().describe('95 % confidence.'),
  flips: count().nullable().describe('The fewest verdicts that turn this match; null where none do.'),
})

export const robustnessSchema = z.object({
  winner: z.string(),
  win_margin: z.number(),
  matches: count(),
  verdicts: count().describe('On record, in all matches of the round.'),
  flips: upset.nullable().describe('The cheapest way to another winner; null where no verdicts lead there.'),
  margins: z
    .array(margin)
    .describe('Of the matches that decided, and of those that came closest to deciding otherwise.'),
  audits: z.object({
    pending: z.array(z.string()).describe('Asked for, and open when the winner was declared.'),
    survives: z.boolean().nullable().describe('Whether the winner is the same whatever they bring.'),
    unless: upset.nullable(),
  }),
  false_king: z
    .object({ chance: z.number(), challengers: count(), prompts: count(), decisive_rate: z.number() })
    .nullable()
    .describe('The chance that a round like this one crowns one of as many equals of the leader.'),
})
