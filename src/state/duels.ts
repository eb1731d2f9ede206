import { z } from 'zod'
import { float, int } from './number.ts'

export const duelWinners = ['left', 'right', 'draw', 'skipped'] as const
export type DuelWinner = (typeof duelWinners)[number]

export const duelSchema = z.looseObject({
  /** Stem of the prompt. */
  name: z.string(),
  /** URL of the prompt image. */
  prompt: z.string(),
  left_glb: z.string().nullable(),
  left_png: z.string().nullable(),
  right_glb: z.string().nullable(),
  right_png: z.string().nullable(),
  winner: z.enum(duelWinners).default('skipped'),
  issues: z.string().default(''),
  /** Ours: digest of the judge's recorded answers; absent where no judge was asked. */
  transcript: z.string().optional(),
})
export type Duel = z.infer<typeof duelSchema>

/** `duels_{left[0:10]}.json` in the right miner's folder: one match, defender left, challenger right. */
export const matchReportSchema = z.looseObject({
  left: z.string(),
  right: z.string(),
  /** Right wins minus left wins. */
  score: int(),
  /** score / number of duels. */
  margin: float(),
  duels: z.array(duelSchema),
  /** Ours: id and version of the judge. */
  judge: z.string().optional(),
})
export type MatchReport = z.infer<typeof matchReportSchema>
