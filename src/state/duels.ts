import { z } from 'zod'
import { float, int } from './number.ts'

/** Characters of the defender in the name of a match report. */
export const MATCH_NAME_LENGTH = 10

export const duelWinners = ['left', 'right', 'draw', 'skipped'] as const
export type DuelWinner = (typeof duelWinners)[number]

export const duelSchema = z.looseObject({
  name: z.string().describe('Stem of the prompt.'),
  prompt: z.string().describe('URL of the prompt image.'),
  left_glb: z.string().nullable(),
  left_png: z.string().nullable(),
  right_glb: z.string().nullable(),
  right_png: z.string().nullable(),
  winner: z.enum(duelWinners).default('skipped'),
  issues: z.string().default(''),
  transcript: z
    .string()
    .optional()
    .describe('Ours: digest of the judge’s recorded answers; absent where no judge was asked.'),
  prompt_sha256: z.string().optional().describe('Ours: the prompt image that was shown to the judge.'),
  pair: z
    .array(z.enum(['left', 'right', 'draw']))
    .length(2)
    .optional()
    .describe('Ours: what a judge that was asked in both orders said in each: left side first, right side first.'),
  void: z
    .string()
    .optional()
    .describe('Ours: why a judge that was asked gave no verdict. Such a duel is `skipped` and no part of the margin.'),
})
export type Duel = z.infer<typeof duelSchema>

export const stopReasons = ['certain', 'sequential', 'gsprt'] as const
export type StopReason = (typeof stopReasons)[number]

export const stoppedSchema = z.looseObject({
  reason: z
    .enum(stopReasons)
    .describe(
      '`certain`: whatever the others had brought, the challenger falls short; otherwise the test by which that was improbable enough.',
    ),
  after: int().describe('Duels that the judge had been asked about, the first of their random order.'),
  unasked: int().describe('Duels that it was not asked about. They are not among `duels`.'),
  statistic: float().optional().describe('Of the test: the wealth of its bets, or a log-likelihood ratio.'),
})
export type Stopped = z.infer<typeof stoppedSchema>

/** `duels_{left[0:10]}.json` in the right miner's folder. */
export const matchReportSchema = z
  .looseObject({
    left: z.string().describe('Defender: a hotkey, or `leader`.'),
    right: z.string().describe('Challenger.'),
    score: int().describe('Right wins minus left wins.'),
    margin: float().describe('score / number of duels, without those that are void.'),
    duels: z.array(duelSchema).describe('Sorted by name.'),
    judge: z.string().optional().describe('Ours: id and version of the judge.'),
    stopped: stoppedSchema
      .optional()
      .describe('Ours: why the match ended before all was asked. Only where the challenger falls short.'),
    judge_identity: z
      .looseObject({})
      .optional()
      .describe(
        'Ours: what the judge’s id is a digest of, where it is one: model, revision, parameters, pictures, template. In the first of its reports.',
      ),
  })
  .describe('One match, prompt by prompt: defender left, challenger right.')
export type MatchReport = z.infer<typeof matchReportSchema>

/** `confirmation.json` in the folder of a would-be king. */
export const confirmationSchema = matchReportSchema.describe(
  'The leader against a would-be king once more, by the second judge.',
)
