import { z } from 'zod'
import { mapOf } from './map.ts'
import { float, int } from './number.ts'

const trySchema = z.looseObject({
  pod_id: z.string().describe('Which of `pod_stats.json` made it.'),
  generation_time: float().optional().describe('Seconds to the last byte; of a model.'),
  glb_sha256: z.string().optional(),
  failure: z.string().optional(),
})
export type Try = z.infer<typeof trySchema>

/** What one prompt gave: a model, its preview, and how it came about. Fields after `distance` are ours. */
export const outputSchema = z.looseObject({
  glb: z.string().nullable().default(null).describe('URL of the model, whatever its kind; null if there is none.'),
  png: z.string().nullable().default(null).describe('URL of the 2×2 preview; null if it could not be rendered.'),
  generation_time: float().default(0).describe('Seconds; always 0 in `submitted.json`.'),
  size: int().default(0).describe('Bytes of the model.'),
  attempts: int().default(0),
  distance: float().default(0).describe('Image distance between submitted and regenerated preview.'),
  glb_sha256: z.string().optional(),
  png_sha256: z.string().optional(),
  pixels_sha256: z
    .string()
    .optional()
    .describe('Of the preview’s raw pixels: the same on every machine for the same renderer.'),
  renderer: z.string().optional().describe('Id and version of the renderer.'),
  failure: z.string().optional().describe('Why there is no model or no preview, for the miner to read.'),
  measure: z.string().optional().describe('Id and version of what measured the distance.'),
  download_failure: z
    .string()
    .optional()
    .describe('Why there is no model, as the code that `failure` begins with; see docs/downloads.md.'),
  download_attempts: int()
    .optional()
    .describe('How often its download was tried, where that was not once with success.'),
  tries: z
    .array(trySchema)
    .optional()
    .describe('Every attempt, where it took more than one; the best of them is what the record is about.'),
})
export type Output = z.infer<typeof outputSchema>

/** `submitted.json` and `generated.json` of a miner (or of `leader`). */
export const outputsSchema = mapOf(outputSchema).describe('The outputs of a miner (or of `leader`), by prompt stem.')
export type Outputs = z.infer<typeof outputsSchema>

/** `unseen.json` of a miner. */
export const unseenSchema = mapOf(
  outputSchema.extend({
    prompt: z.string().describe('URL of the picture that its image was shown.'),
    seed: int().describe('What it was given as the seed.'),
  }),
).describe(
  'What a miner’s image answered to pictures and seeds that nobody could expect, before its audit; by prompt stem.',
)
export type UnseenOutputs = z.infer<typeof unseenSchema>
