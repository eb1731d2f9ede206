import { z } from 'zod'
import { float } from './number.ts'

export const matrixRowSchema = z.object({
  /** Defender: a hotkey, or `leader`. */
  left: z.string(),
  /** Challenger. */
  right: z.string(),
  margin: float(),
})
export type MatrixRow = z.infer<typeof matrixRowSchema>

/** `rounds/N/matches_matrix.csv`: one row a match, in the order in which they were judged. */
export const matrixSchema = z.array(matrixRowSchema)
export type Matrix = z.infer<typeof matrixSchema>
