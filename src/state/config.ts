import { z } from 'zod'
import { float, int } from './number.ts'

/**
 * `config.json`, written by hand. Everything after `round_duration_days` is ours and optional:
 * a competition without it plays by the legacy rules.
 */
export const configSchema = z.looseObject({
  name: z.string(),
  description: z.string(),
  /** First date (UTC) on which a round may start. */
  first_evaluation_date: z.iso.date(),
  /** Last date on which a round may start, inclusive. */
  last_competition_date: z.iso.date(),
  /** Time of day (UTC) of every round start, `HH:MM` or `HH:MM:SS`. */
  round_start_time: z
    .string()
    .regex(/^\d\d:\d\d(:\d\d)?Z?$/, 'expected HH:MM:SS')
    .default('08:00:00'),
  generation_stage_minutes: int(),
  finalization_buffer_hours: float().default(1),
  /** Fraction of the prompts by which a challenger must lead. */
  win_margin: float(),
  weight_decay: float(),
  weight_floor: float(),
  prompts_per_round: int(),
  carryover_prompts: int(),
  round_duration_days: int().default(1),

  /** Which rules decide: `legacy` (as the original wrote its history) or `v1` (ours). */
  rules: z.enum(['legacy', 'v1']).optional(),
  /** Which competition format; `generation-3d` when absent. */
  format: z.string().optional(),
  netuid: int().optional(),
  /** Seconds a block takes; 12 when absent. */
  block_seconds: float().optional(),
  /** Where a round's seed comes from. Named in `schedule.json` before it is known. */
  randomness: z.enum(['block', 'drand']).optional(),
  /** `required`: somebody must pass a challenger's source code; `waived`: nobody reviews. */
  source_audit: z.enum(['required', 'waived']).optional(),
  /** Hours after the start of the duels by which all audits should be in; later is reported as late. */
  audit_deadline_hours: float().optional(),
  /** Settings of the format, published so that its decisions can be recomputed. */
  settings: z.record(z.string(), z.unknown()).optional(),
})
export type Config = z.infer<typeof configSchema>
