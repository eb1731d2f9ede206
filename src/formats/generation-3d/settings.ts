import { z } from 'zod'
import { RoundkeeperError } from '../../errors.ts'
import type { Config } from '../../state/config.ts'

/** `config.settings` of an image-to-3D competition; the defaults are those of the original. */
const settingsSchema = z.object({
  /** What a miner serves for each prompt. */
  artifact: z.enum(['glb', 'ply']).default('glb'),
  max_model_bytes: z.int().positive().default(209_715_200),
  /** Edge of one preview view in pixels. */
  preview_size: z.int().min(32).max(1024).default(518),
  /** A leader's output slower than this (seconds) counts against it, beyond the tolerated share of prompts. */
  max_generation_seconds: z.number().positive().default(180),
  overtime_tolerance: z.number().min(0).max(1).default(0.05),
  /** Limit of the trimmed median over an audit, seconds. */
  median_generation_seconds: z.number().positive().default(90),
  /** Image distance between submitted and regenerated preview up to which both count as the same. */
  acceptable_distance: z.number().positive().default(0.1),
  /** Share of the checked prompts that an audit may find mismatched, and that a median trims at each end (rules v1). */
  mismatch_tolerance: z.number().min(0).max(1).default(0.05),
  /** How often a prompt is tried again when a miner's image fails on it. */
  generation_attempts: z.int().min(1).max(10).default(3),
})
export type Settings = z.infer<typeof settingsSchema>

/** @throws RoundkeeperError `state-file` naming the setting */
export function settingsOf(config: Config): Settings {
  const parsed = settingsSchema.safeParse(config.settings ?? {})
  if (parsed.success) return parsed.data
  const problem = parsed.error.issues[0]
  throw new RoundkeeperError('state-file', `config.json: settings.${problem?.path.join('.')}: ${problem?.message}`, {
    where: 'config.json',
    hint: 'Correct the setting; the config.json that `init` writes names all of them, with their defaults.',
    cause: parsed.error,
  })
}
