import { z } from 'zod'

const count = () => z.int().min(0)
const tally = () =>
  z
    .object({
      recorded: count(),
      checked: count().describe('Done again.'),
      equal: count().describe('With the recorded result.'),
      believed: count().describe('Nobody here can do it again, e.g. for want of that renderer.'),
    })
    .nullable()
const agreement = {
  asked: count(),
  agreed: count(),
  interval: z.tuple([z.number(), z.number()]).describe('95 % confidence interval of the share that agrees, by Wilson.'),
}
const winner = z.enum(['left', 'right', 'draw', 'skipped'])

const rejudged = z.object({
  judge: z.string().describe('Who was asked.'),
  judged: count().describe('Duels that a judge decided.'),
  drawn: count().describe('How many of them were drawn from the seeds.'),
  unanswered: count().describe(
    'Drawn, but the pictures were not at hand, there was no verdict, or the judge could not be asked.',
  ),
  failure: z.string().nullable().describe('Why the judge could not be asked any further.'),
  ...agreement,
  rounds: z.array(z.object({ round: count(), ...agreement })),
  voids: z
    .object({ recorded: count(), asked: count(), answered: count().describe('That got a verdict now.') })
    .describe('Duels on record as void. Those that got a verdict now are disagreements, and no part of the agreement.'),
  disagreements: z.array(
    z.object({
      round: count(),
      path: z.string(),
      name: z.string().describe('Stem of the prompt.'),
      judge: z.string().nullable().describe('Who decided it.'),
      recorded: winner,
      again: winner,
    }),
  ),
})

export const evidenceSchema = z
  .object({
    store: z.string().nullable().describe('Where objects were looked up; null: nowhere, they were only counted.'),
    found: z.boolean().describe('The store was found beside the competition, not named.'),
    published: z
      .string()
      .nullable()
      .describe('Where the record says that objects are: an address that ends with digests.'),
    named: count().describe('Objects that are named by digest.'),
    objects: z
      .object({
        good: count().describe('Fetched, and hashed to what is on record.'),
        known: count().describe('Found good by an earlier run, and not fetched again.'),
        missing: count(),
        damaged: count().describe('Other bytes than the record names.'),
        unfetched: count().describe('The store did not answer for them.'),
      })
      .nullable(),
    previews: tally().describe('Models, drawn again.'),
    distances: tally().describe('Distances of audits, measured again.'),
    verdicts: tally().describe('Verdicts, reduced again from the judge’s recorded answers.'),
    rejudged: rejudged.nullable().describe('Duels that a judge was asked about again.'),
  })
  .describe('What is named by digest, and what was found there; since the checkpoint, where there is one.')
