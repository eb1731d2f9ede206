import { z } from 'zod'
import { mapOf } from './map.ts'
import { float, int } from './number.ts'

const seconds = () => float().default(0).describe('Seconds.')

export const podStatSchema = z.looseObject({
  pod_id: z.string(),
  processed: int().default(0),
  successful: int().default(0),
  hard_failed: int().default(0),
  hard_overtime: int().default(0),
  time_min: seconds(),
  time_max: seconds(),
  time_avg: seconds(),
  time_median: seconds(),
  marked_bad: z.boolean().default(false),
  retry_cumulative_delta: seconds(),
  retry_delta_count: int().default(0),
  termination_reason: z.string().default(''),
  image: z.string().optional().describe('Ours: what it ran, by the digest where there is one.'),
})
export type PodStat = z.infer<typeof podStatSchema>

/** `pod_stats.json` of a miner. */
export const podStatsSchema = mapOf(podStatSchema).describe(
  'The machines that regenerated a miner’s outputs; by pod id.',
)
export type PodStats = z.infer<typeof podStatsSchema>
