/** Whether what was drawn from a match so far makes it improbable that the whole of it reaches its target. */

/** A duel that was drawn: +1, 0 or -1; null for one that turned out void, and is no duel any more. */
export type Drawn = 1 | 0 | -1 | null

export interface Population {
  /** Duels that are drawn in random order, void ones included. */
  readonly size: number
  /** The least sum over all of them with which the target is reached, once `voids` of them are void. */
  target(voids: number): number
  /** How often a match that reaches it may be given up: 0.01 for one in a hundred. */
  readonly error: number
}

/** What a bet may lose at most, as a share of the wealth: a single surprise must not ruin it. */
const LARGEST_LOSS = 0.9
/** Supposed of the verdicts before any are seen: their mean square, and how many verdicts that is worth. */
const SUPPOSED_SQUARE = 0.2
const SUPPOSED_WEIGHT = 20

/**
 * The wealth of somebody who begins with 1 and bets, duel by duel, that the match falls short of its target. Were it to
 * reach it, the mean of what is still to be drawn would be at least m = (target - sum so far) / (duels left) at every moment,
 * so that a bet `wealth *= 1 + λ(m - x)` on the next verdict x wins nothing on average, for any λ ≥ 0 that is fixed before
 * it: the wealth is a nonnegative supermartingale, and exceeds 1/error, ever, with a probability of at most `error`
 * (Ville's inequality). Whoever stops a match there errs no more often than that, however often they look.
 *
 * λ = min(0.9/(1 - m), √(2 ln(1/error) / (v·size)) · size/left), where v is the mean square of the verdicts so far (and of 20
 * supposed ones, 0.2): the bet which for a Brownian bridge gives a straight line as boundary, as far from the middle at the
 * beginning as at the end. Draws are four of five verdicts, and a bet by the variance makes the most of that. Any λ is
 * valid: it only decides how soon.
 *
 * A void duel moves no wealth. If d of the duels still to come are void as well, the true m is (target - sum)/(left - d), no
 * less than ours while the sum is below the target; above it, nothing is bet. What remains: the guarantee supposes that those
 * voids do not lower the target itself, which takes 1/winMargin of them.
 *
 * I. Waudby-Smith, A. Ramdas: Estimating means of bounded random variables by betting. J. R. Stat. Soc. B 86 (2024) 1-27,
 * sections 4 and 5 (without replacement); J. Ville: Étude critique de la notion de collectif (1939).
 */
export function shortfallWealth(drawn: readonly Drawn[], { size, target, error }: Population): number {
  let [wealth, sum, voids, seen, squares] = [1, 0, 0, 0, 0]
  for (const verdict of drawn) {
    if (verdict === null) {
      voids += 1
      continue
    }
    const left = size - voids - seen
    const mean = (target(voids) - sum) / left
    if (mean > 0) {
      const m = Math.min(1, mean)
      const square = (squares + SUPPOSED_SQUARE * SUPPOSED_WEIGHT) / (seen + SUPPOSED_WEIGHT)
      const bet = Math.sqrt((2 * Math.log(1 / error)) / (square * size)) * (size / left)
      wealth *= 1 + Math.min(LARGEST_LOSS / (1 - m), bet) * (m - verdict)
    }
    sum += verdict
    seen += 1
    squares += verdict * verdict
  }
  return wealth
}
