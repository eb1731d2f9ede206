/** What is said of the machines that ran an image: their statistics, and when one of them is not used any further. */
import type { PodStat } from '../state/pod-stats.ts'

/** Those of the original. */
export const POD_HEALTH = {
  /** Nothing is said of a pod before so many answers. */
  minSamples: 8,
  /** So many failures and hard overtimes make it bad. */
  failures: 8,
  /** Limit of the median of its last `minSamples` times, seconds. */
  rollingMedian: 120,
  /** It is warming up while the median of the last so many times is below that of as many before. */
  warmupHalf: 4,
  /** So many repeated prompts say whether it is any quicker than others. */
  retryDeltas: 3,
} as const

/** One answer of a pod. */
export interface PodSample {
  /** To the last byte; undefined where there was no model. */
  readonly seconds: number | undefined
  /** How long the prompt's earlier try took, where this was another one: 0 where that had no model. */
  readonly retryOf?: number
}

/** @param hardSeconds a longer time is no success */
export function podStat(id: string, samples: readonly PodSample[], hardSeconds: number, ended: string): PodStat {
  const times = samples.flatMap(({ seconds }) => seconds ?? [])
  const overtime = times.filter((seconds) => seconds >= hardSeconds).length
  const deltas = deltasOf(samples)
  return {
    pod_id: id,
    processed: samples.length,
    successful: times.length - overtime,
    hard_failed: samples.length - times.length,
    hard_overtime: overtime,
    time_min: times.length === 0 ? 0 : Math.min(...times),
    time_max: times.length === 0 ? 0 : Math.max(...times),
    time_avg: times.length === 0 ? 0 : sum(times) / times.length,
    time_median: median(times) ?? 0,
    marked_bad: isBadPod(samples, hardSeconds),
    retry_cumulative_delta: sum(deltas),
    retry_delta_count: deltas.length,
    termination_reason: ended,
  }
}

/** Too many failures, or too slow for too long and not getting any faster. */
export function isBadPod(samples: readonly PodSample[], hardSeconds: number): boolean {
  const { minSamples, failures, rollingMedian, warmupHalf } = POD_HEALTH
  if (samples.length < minSamples) return false
  const successes = successesOf(samples, hardSeconds)
  if (samples.length - successes.length >= failures) return true
  if (successes.length < minSamples) return false
  const first = successes.flatMap(({ seconds, retryOf }) => (retryOf === undefined ? (seconds ?? []) : []))
  const rolling = median(first.slice(-minSamples))
  const [before, now] = [median(first.slice(-2 * warmupHalf, -warmupHalf)), median(first.slice(-warmupHalf))]
  const warming = first.length >= 2 * warmupHalf && before !== undefined && now !== undefined && now < before
  return rolling !== undefined && rolling > rollingMedian && !warming
}

/** Whether it is given prompts that others have tried: not when it was slower than they were. */
export function takesRetries(samples: readonly PodSample[], hardSeconds: number): boolean {
  const deltas = deltasOf(samples)
  if (successesOf(samples, hardSeconds).length < POD_HEALTH.minSamples) return true
  return deltas.length < POD_HEALTH.retryDeltas || sum(deltas) <= 0
}

const successesOf = (samples: readonly PodSample[], hardSeconds: number) =>
  samples.filter(({ seconds }) => seconds !== undefined && seconds < hardSeconds)

const deltasOf = (samples: readonly PodSample[]) =>
  samples.flatMap(({ seconds, retryOf }) =>
    seconds === undefined || retryOf === undefined || retryOf === 0 ? [] : seconds - retryOf,
  )

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? undefined : (low + high) / 2
}
