import { describe, expect, it } from 'vitest'
import { isBadPod, type PodSample, podStat, takesRetries } from '../../src/rules/pod-health.ts'

const times = (...seconds: (number | undefined)[]): PodSample[] => seconds.map((each) => ({ seconds: each }))
const many = (n: number, seconds: number | undefined) => times(...Array<number | undefined>(n).fill(seconds))
const HARD = 180

describe('a pod is bad', () => {
  it.each([
    ['not before it has answered eight times', many(7, undefined), false],
    ['after eight failures', many(8, undefined), true],
    ['after eight failures and overtimes of many', [...many(40, 10), ...many(4, undefined), ...many(4, 200)], true],
    ['when it is slow for long', many(8, 121), true],
    ['not when it is just within', many(8, 120), false],
    ['not while it gets faster', times(170, 170, 170, 170, 130, 130, 130, 130), false],
    ['when it was fast once, and is slow now', [...many(8, 10), ...many(8, 150)], true],
  ])('%s', (_, samples, bad) => {
    expect(isBadPod(samples, HARD)).toBe(bad)
  })
})

it('is given what others have tried, unless it was slower than they', () => {
  const slower = Array<PodSample>(3).fill({ seconds: 100, retryOf: 95 })
  expect(takesRetries(slower, HARD)).toBe(true)
  expect(takesRetries([...many(8, 10), ...slower], HARD)).toBe(false)
  expect(takesRetries([...many(8, 10), ...slower, { seconds: 10, retryOf: 60 }], HARD)).toBe(true)
})

it('is told about as the original does', () => {
  expect(podStat('m-1', [...times(10, 30, undefined, 200), { seconds: 50, retryOf: 90 }], HARD, 'lost')).toEqual({
    pod_id: 'm-1',
    processed: 5,
    successful: 3,
    hard_failed: 1,
    hard_overtime: 1,
    time_min: 10,
    time_max: 200,
    time_avg: 72.5,
    time_median: 40,
    marked_bad: false,
    retry_cumulative_delta: -40,
    retry_delta_count: 1,
    termination_reason: 'lost',
  })
  expect(podStat('m-2', [], HARD, 'stopped')).toMatchObject({ processed: 0, time_median: 0 })
})
