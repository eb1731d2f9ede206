import { z } from 'zod'
import { duelWinners } from './duels.ts'
import { float, int } from './number.ts'

/** `itself`: a preview against itself; then one against a worse copy of it, in three ways; one against a copy with a text to the judge; and a duel of the match once more. */
export const checkKinds = ['itself', 'blurred', 'noisy', 'cut', 'lettered', 'retest'] as const
export type CheckKind = (typeof checkKinds)[number]

export const judgeCheckSchema = z.looseObject({
  kind: z
    .enum(checkKinds)
    .describe(
      'What was shown: a preview beside itself, or beside a copy that was changed so, both of the defender; or a duel once more.',
    ),
  name: z.string().describe('Stem of the prompt.'),
  prompt: z.string().describe('URL of the prompt image.'),
  changed: z.enum(['left', 'right']).optional().describe('Where the changed copy was shown.'),
  left_png_sha256: z.string().describe('The picture that was shown on the left.'),
  right_png_sha256: z.string(),
  winner: z.enum(duelWinners),
  issues: z.string(),
  transcript: z.string().optional().describe('Digest of the judge’s recorded answers.'),
  prompt_sha256: z.string().optional(),
  pair: z
    .array(z.enum(['left', 'right', 'draw']))
    .length(2)
    .optional(),
  void: z.string().optional().describe('Why the judge gave no verdict.'),
})
export type JudgeCheck = z.infer<typeof judgeCheckSchema>

export const judgeCostSchema = z.looseObject({
  calls: int().describe('Answers of a model.'),
  input_tokens: int(),
  output_tokens: int(),
  seconds: float().describe('Sum over all answers, of which several came at a time.'),
})
export type JudgeCost = z.infer<typeof judgeCostSchema>

/** `checks_{left[0:10]}.json` in the right miner's folder, beside the match report. */
export const judgeChecksSchema = z
  .looseObject({
    left: z.string(),
    right: z.string(),
    judge: z.string().describe('Id and version of the judge.'),
    pictures: z.string().optional().describe('By what changed copies were made, and its version.'),
    checks: z
      .array(judgeCheckSchema)
      .describe('Canaries by what was drawn for the match, then retests. No part of any margin.'),
    cost: judgeCostSchema.describe('Of the match and of these checks, as the judge’s answers tell it.'),
  })
  .describe('What the judge was asked in a match to see whether it is sane.')
export type JudgeChecks = z.infer<typeof judgeChecksSchema>
