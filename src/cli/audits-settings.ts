/** `audits` in the operator's settings: how many machines an image gets, and how many images run at a time. */
import { z } from 'zod'
import type { CrewSize } from '../formats/generation-3d/pod-crew.ts'

const whole = (min: number, max: number) => {
  const error = `a whole number from ${min} to ${max}`
  return z.int({ error }).min(min, { error }).max(max, { error })
}
const seconds = 'a number of seconds from 0 to 3600'

export const auditsSchema = z
  .strictObject({
    /** Of one miner, at the same time. */
    pods: whole(1, 16).default(1),
    /** Begun with; the others start when one of these is ready. */
    first_pods: whole(1, 16).optional(),
    /** Of one miner in all, with those that take the place of others. */
    pod_starts: whole(1, 64).optional(),
    /** Between the starts of the others. */
    stagger_seconds: z.number(seconds).min(0, seconds).max(3600, seconds).default(30),
    /** Of which a pod makes one while the others are drawn and measured. */
    prompts_at_once: whole(1, 16).default(2),
    /** Miners whose images are audited at a time. */
    at_once: whole(1, 16).default(1),
  })
  .refine(({ pods, first_pods: first = 1 }) => first <= pods, {
    path: ['first_pods'],
    error: 'no more than `pods`',
  })
  .refine(({ pods, pod_starts: starts = pods }) => pods <= starts, {
    path: ['pod_starts'],
    error: 'no fewer than `pods`',
  })
export type AuditsSettings = z.infer<typeof auditsSchema>

export function crewOf({ pods, first_pods, pod_starts, stagger_seconds, prompts_at_once }: AuditsSettings): CrewSize {
  return {
    pods,
    first: first_pods ?? Math.min(2, pods),
    starts: pod_starts ?? pods + 2,
    staggerMs: 1000 * stagger_seconds,
    promptsAtOnce: prompts_at_once,
  }
}
