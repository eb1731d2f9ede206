import type { Config } from '../../src/state/config.ts'

/** A plausible configuration, with what a test cares about on top. */
export const configOf = (changes: Partial<Config> = {}): Config => ({
  name: 'mesh',
  description: '',
  first_evaluation_date: '2026-01-01',
  last_competition_date: '2030-01-01',
  round_start_time: '08:00:00',
  generation_stage_minutes: 120,
  finalization_buffer_hours: 1,
  win_margin: 0.05,
  weight_decay: 0.2,
  weight_floor: 0.2,
  prompts_per_round: 128,
  carryover_prompts: 32,
  round_duration_days: 1,
  ...changes,
})
