/** Whether a margin could be chance: the exact counterpart of `margin-interval.ts`, for decisions. */
import { binomialTail, lowerShare } from './binomial.ts'
import type { Tally } from './margin-interval.ts'

export interface Significance {
  /** How probable it may be, at most, that somebody passes whose true margin is no more than the floor. */
  readonly error: number
  /** The margin that has to be exceeded, 0 to 1. */
  readonly floor: number
}

/** Part of the error that is spent on how many duels are decided at all, where a floor makes that matter. */
const TO_SHARE = 0.1
/** Rounding must not decide where a chance is the error itself. */
const ROUNDING = 1e-9

/**
 * Whether the lower confidence bound of a margin lies at the floor or above, exactly: over prompts drawn from the pool, a
 * challenger whose true margin is the floor or less passes with a probability of at most `error`, however many duels are
 * drawn on average.
 *
 * For a floor of 0 this is the sign test: of d decided duels between equals each side wins a half, whatever the share of
 * draws, so that `right` or more are won with probability P(Bin(d, 1/2) ≥ right), which must not be above the error. For
 * a floor f the chance of a decided duel is (1 + f/D)/2, which falls with the share D of decided duels; D is not known, so
 * that its own lower bound (Clopper-Pearson, a tenth of the error) takes its place, and the test has the rest.
 *
 * Q. McNemar: Note on the sampling error of the difference between correlated proportions. Psychometrika 12 (1947)
 * 153-157 (in its exact form); an unknown share by its confidence set: R. L. Berger, D. D. Boos: P values maximized over
 * a confidence set for the nuisance parameter. J. Am. Stat. Assoc. 89 (1994) 1012-1016.
 */
export function exceeds({ right, left, duels }: Tally, { error, floor }: Significance): boolean {
  const decided = right + left
  const spent = floor > 0 ? error * TO_SHARE : 0
  const share = floor > 0 ? rememberedShare(decided, duels, spent) : 1
  if (decided === 0 || floor > share) return false
  return binomialTail(decided, right, (1 + floor / share) / 2) <= (error - spent) * (1 + ROUNDING)
}

const MAX_REMEMBERED = 10_000
const shares = new Map<string, number>()

/** It takes a while, and is asked for again and again by whoever tries what could have been. */
function rememberedShare(decided: number, duels: number, error: number): number {
  const key = `${decided} ${duels} ${error}`
  const share = shares.get(key) ?? lowerShare(decided, duels, error)
  if (shares.size >= MAX_REMEMBERED) shares.clear()
  shares.set(key, share)
  return share
}

/** The highest floor that a tally exceeds, in steps of 1e-9; undefined where it does not even exceed 0. */
export function marginBound(tally: Tally, error: number): number | undefined {
  if (!exceeds(tally, { error, floor: 0 })) return undefined
  let [low, high] = [0, 1]
  while (high - low > 1e-9) {
    const middle = (low + high) / 2
    if (exceeds(tally, { error, floor: middle })) low = middle
    else high = middle
  }
  return low
}
