import { z } from 'zod'
import { float, int } from './number.ts'

export const podStatSchema = z.looseObject({
  pod_id: z.string(),
  processed: int().default(0),
  successful: int().default(0),
  hard_failed: int().default(0),
  hard_overtime: int().default(0),
  time_min: float().default(0),
  time_max: float().default(0),
  time_avg: float().default(0),
  time_median: float().default(0),
  marked_bad: z.boolean().default(false),
  retry_cumulative_delta: float().default(0),
  retry_delta_count: int().default(0),
  termination_reason: z.string().default(''),
})
export type PodStat = z.infer<typeof podStatSchema>

/** `pod_stats.json` of a miner: by pod id. */
export const podStatsSchema = z.record(z.string(), podStatSchema)
export type PodStats = z.infer<typeof podStatsSchema>
