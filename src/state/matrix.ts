import { z } from 'zod'
import { float } from './number.ts'

export const matrixRowSchema = z.object({
  left: z.string().describe('Defender: a hotkey, or `leader`.'),
  right: z.string().describe('Challenger.'),
  margin: float().describe('Above 0 the challenger was better; -1 to 1.'),
})
export type MatrixRow = z.infer<typeof matrixRowSchema>

/** `rounds/N/matches_matrix.csv` */
export const matrixSchema = z
  .array(matrixRowSchema)
  .describe('The margins of the round: one row a match, in the order in which they were judged.')
export type Matrix = z.infer<typeof matrixSchema>
