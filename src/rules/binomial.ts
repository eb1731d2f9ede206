/** Chances of counts, exact but for rounding. */

const logFactorials = [0]

/** The natural logarithm of n!. */
export function logFactorial(n: number): number {
  for (let i = logFactorials.length; i <= n; i++) logFactorials.push((logFactorials[i - 1] as number) + Math.log(i))
  return logFactorials[n] as number
}

/** The probability of exactly k successes in n trials of chance p. */
export function binomial(n: number, k: number, p: number): number {
  if (k < 0 || k > n) return 0
  const ways = logFactorial(n) - logFactorial(k) - logFactorial(n - k)
  return Math.exp(ways + power(k, p) + power(n - k, 1 - p))
}

/** What adds nothing to a sum any more. */
const NEGLIGIBLE = 1e-18

/** The probability of k successes or more. */
export function binomialTail(n: number, k: number, p: number): number {
  if (k <= 0) return 1
  let tail = 0
  for (let each = k; each <= n; each++) {
    const chance = binomial(n, each, p)
    tail += chance
    if (each > n * p && chance < tail * NEGLIGIBLE) break
  }
  return Math.min(1, tail)
}

/**
 * The lower bound of a share of which `k` of `n` were seen, wrong with a probability of at most `error`: the share at which as
 * many or more are seen with just that chance.
 *
 * C. J. Clopper, E. S. Pearson: The use of confidence or fiducial limits illustrated in the case of the binomial.
 * Biometrika 26 (1934) 404-413.
 */
export function lowerShare(k: number, n: number, error: number): number {
  let [low, high] = [0, k === 0 ? 0 : 1]
  for (let halving = 0; halving < 40; halving++) {
    const middle = (low + high) / 2
    if (binomialTail(n, k, middle) <= error) low = middle
    else high = middle
  }
  return low
}

/** log(p^k), where nothing to the power of nothing is one. */
const power = (k: number, p: number) => (k === 0 ? 0 : k * Math.log(p))
