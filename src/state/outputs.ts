import { z } from 'zod'
import { float, int } from './number.ts'

/** What one prompt gave: a model, its preview, and how it came about. Fields after `distance` are ours. */
export const outputSchema = z.looseObject({
  /** URL of the model, whatever its kind; null if there is none. */
  glb: z.string().nullable().default(null),
  /** URL of the 2×2 preview; null if it could not be rendered. */
  png: z.string().nullable().default(null),
  /** Seconds; always 0 in `submitted.json`. */
  generation_time: float().default(0),
  /** Bytes of the model. */
  size: int().default(0),
  attempts: int().default(0),
  /** Image distance between submitted and regenerated preview. */
  distance: float().default(0),
  glb_sha256: z.string().optional(),
  png_sha256: z.string().optional(),
  /** SHA-256 of the preview's raw pixels: the same on every machine for the same renderer. */
  pixels_sha256: z.string().optional(),
  /** Id and version of the renderer. */
  renderer: z.string().optional(),
  /** Why there is no model or no preview, for the miner to read. */
  failure: z.string().optional(),
})
export type Output = z.infer<typeof outputSchema>

/** `submitted.json` and `generated.json` of a miner (or of `leader`): by prompt stem. */
export const outputsSchema = z.record(z.string(), outputSchema)
export type Outputs = z.infer<typeof outputsSchema>
