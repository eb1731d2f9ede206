/** Which prompt a pod gets next, whether a prompt is done, and which of several attempts at it counts. */
import { trimmedMedian } from './audit.ts'

/** One attempt, as far as it matters here. */
export interface Attempt {
  readonly podId: string
  /** To the last byte; undefined where there was no model, or none that can be drawn. */
  readonly seconds: number | undefined
  /** From what was submitted; 0 where nothing is compared. */
  readonly distance: number
}

export interface Attempted {
  readonly attempts: readonly Attempt[]
}

export interface RetryLimits {
  /** A model that took so long, or longer, is tried for again; seconds. */
  readonly hardSeconds: number
  /** As long as the median of all is above this, so is one that took longer than this; seconds. */
  readonly softSeconds: number
  readonly trimCount: number
  readonly attempts: number
  readonly acceptableDistance: number
  /** After so many prompts that will count as mismatches nothing more is asked; never when undefined. */
  readonly mismatches?: number | undefined
}

/** A model beats none, then the quicker one counts, then the earlier. @returns its place */
export function bestOf(attempts: readonly Pick<Attempt, 'seconds'>[]): number {
  let best = 0
  for (const [at, { seconds }] of attempts.entries())
    if ((seconds ?? Infinity) < (attempts[best]?.seconds ?? Infinity)) best = at
  return best
}

/** Nothing that is not repeatable is tried again: what came out otherwise is the answer. */
function isFinal({ attempts }: Attempted, limits: RetryLimits): boolean {
  const best = attempts[bestOf(attempts)]
  if (best === undefined) return false
  if (attempts.length >= limits.attempts) return true
  return best.seconds !== undefined && (best.distance > limits.acceptableDistance || best.seconds <= limits.softSeconds)
}

/** Prompts that will count as mismatches whatever comes. */
function mismatchesIn(prompts: readonly Attempted[], limits: RetryLimits): number {
  return prompts.filter((prompt) => {
    const best = prompt.attempts[bestOf(prompt.attempts)]
    if (best === undefined || !isFinal(prompt, limits)) return false
    return best.seconds === undefined || best.seconds > limits.hardSeconds || best.distance > limits.acceptableDistance
  }).length
}

export function isHopeless(prompts: readonly Attempted[], limits: RetryLimits): boolean {
  return limits.mismatches !== undefined && mismatchesIn(prompts, limits) >= limits.mismatches
}

/**
 * Those to be asked for, most urgent first: never tried, in their order; without a model, then too slow, fewest attempts
 * first; and, as long as the median of all is above the limit, the slowest of those above it.
 */
export function openPrompts<T extends Attempted>(prompts: readonly T[], limits: RetryLimits): T[] {
  const open = prompts.filter((prompt) => !isFinal(prompt, limits))
  const secondsOf = ({ attempts }: T) => attempts[bestOf(attempts)]?.seconds
  const tried = open.filter(({ attempts }) => attempts.length > 0)
  const byAttempts = (a: T, b: T) => a.attempts.length - b.attempts.length
  const slow = (prompt: T) => (secondsOf(prompt) ?? 0) >= limits.hardSeconds
  const soft = tried.filter((prompt) => secondsOf(prompt) !== undefined && !slow(prompt))
  const times = prompts.map((prompt) => Math.min(secondsOf(prompt) ?? limits.hardSeconds, limits.hardSeconds))
  const median = trimmedMedian(times, limits.trimCount) ?? 0
  return [
    ...open.filter(({ attempts }) => attempts.length === 0),
    ...tried.filter((prompt) => secondsOf(prompt) === undefined).sort(byAttempts),
    ...tried.filter(slow).sort(byAttempts),
    ...(median > limits.softSeconds ? soft.sort((a, b) => (secondsOf(b) ?? 0) - (secondsOf(a) ?? 0)) : []),
  ]
}
