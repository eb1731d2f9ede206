/** A sequential test between two means, as chess engines are tested: by mirrored pairs of five values. */

/** What both orders of a duel say together: -1, -½, 0, ½ or 1 for the challenger. */
const PAIR_VALUES: readonly number[] = [-1, -0.5, 0, 0.5, 1]

export interface Hypotheses {
  readonly mean0: number
  readonly mean1: number
  /** Of either kind: 0.01 for one in a hundred. */
  readonly error: number
}

/** Pairs before the first look: the variance is not known sooner. */
const LEAST_PAIRS = 16
/** Added to the count of each value, so that no variance is 0. */
const PSEUDO_COUNT = 0.5

/**
 * The log-likelihood ratio of mean1 against mean0, in the normal approximation of the generalised sequential probability
 * ratio test: N (μ₁ - μ₀)(2x̄ - μ₀ - μ₁) / (2σ̂²), with mean and variance as observed (half a pair added to each value).
 * Undefined for fewer than 16 pairs.
 *
 * M. Van den Bergh: Comments on normalized Elo, and the generalised SPRT of Stockfish's fishtest (2020-2021);
 * after X. Li, J. Liu, Z. Ying: Generalized sequential probability ratio test for separate families of hypotheses.
 * Sequential Analysis 33 (2014) 539-563. The pair, not the single answer, is the unit, because its halves are not
 * independent.
 */
export function logLikelihoodRatio(pairs: readonly number[], { mean0, mean1 }: Hypotheses): number | undefined {
  if (pairs.length < LEAST_PAIRS) return undefined
  const all = pairs.length + PSEUDO_COUNT * PAIR_VALUES.length
  const sumOf = (f: (value: number) => number) =>
    pairs.reduce((sum, value) => sum + f(value), 0) +
    PSEUDO_COUNT * PAIR_VALUES.reduce((sum, value) => sum + f(value), 0)
  const mean = sumOf((value) => value) / all
  const variance = sumOf((value) => (value - mean) ** 2) / all
  return (pairs.length * (mean1 - mean0) * (2 * mean - mean0 - mean1)) / (2 * variance)
}

/** Below it mean0 is accepted: ln(β / (1 - α)), A. Wald: Sequential Analysis (1947). */
export const lowerBound = ({ error }: Pick<Hypotheses, 'error'>): number => Math.log(error / (1 - error))
