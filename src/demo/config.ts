import type { ModelKind } from '../media/renderer.ts'
import { type Config, configSchema } from '../state/config.ts'
import type { Judging } from '../state/judging.ts'
import { DEMO_ROUNDS } from './miners.ts'

/** When the demo's world begins, an hour before its first start. */
export const DEMO_BEGINS = new Date('2026-01-05T11:00:00Z')

export const DEMO_NETUID = 17

/** How much the demo does; a smaller one is quicker. */
export interface DemoScale {
  readonly rounds: number
  /** Objects in the pool. */
  readonly pool: number
  readonly prompts: number
  readonly carryover: number
  /** Edge of one preview view in pixels. */
  readonly previewSize: number
  /** `config.judging`. */
  readonly judging?: Judging
}

export const DEMO_SCALE: DemoScale = { rounds: DEMO_ROUNDS, pool: 60, prompts: 12, carryover: 3, previewSize: 128 }

export function demoConfig(kind: ModelKind, scale: DemoScale): Config {
  const lastStart = new Date(DEMO_BEGINS.getTime() + (scale.rounds - 1) * 86_400_000)
  return configSchema.parse({
    name: 'demo',
    description: 'Image-to-3D on one machine, in virtual time',
    first_evaluation_date: DEMO_BEGINS.toISOString().slice(0, 10),
    last_competition_date: lastStart.toISOString().slice(0, 10),
    round_start_time: '12:00:00',
    generation_stage_minutes: 60,
    finalization_buffer_hours: 0.5,
    win_margin: 0.05,
    weight_decay: 0.2,
    weight_floor: 0.2,
    prompts_per_round: scale.prompts,
    carryover_prompts: scale.carryover,
    round_duration_days: 1,
    rules: 'v1',
    format: 'generation-3d',
    netuid: DEMO_NETUID,
    ...(scale.judging && { judging: scale.judging }),
    randomness: 'block',
    // No person takes part in the demo.
    source_audit: 'waived',
    settings: { artifact: kind, preview_size: scale.previewSize, deadline_sweep: true, unseen_prompts: 2 },
  })
}
