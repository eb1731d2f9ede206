/** What a throne can tell apart: how often luck wins it, and how much better somebody has to be to win it as a rule. */
import type { Throne } from './throne.ts'
import { type Strength, type WinningLine, winChance, winningLine } from './win-chance.ts'

export interface RoundPlan {
  /** Duels in a match. */
  readonly prompts: number
  /** How many play the leader. */
  readonly challengers: number
  /** Share of duels between equals that either side wins. */
  readonly decisiveRate: number
}

export interface Power {
  /** The chance that one of the challengers is crowned although none is better than the leader. */
  readonly falseKing: number
  /** Likewise if a second judge errs independently of the first; the same where none is asked. */
  readonly falseKingConfirmed: number
  /** The least true margin that is crowned with `power`; undefined where not even the greatest is. */
  readonly detectable: number | undefined
  /** Matches in a round of equals: against the leader, among those who beat it, and before the second judge. */
  readonly matches: { readonly qualification: number; readonly succession: number; readonly confirmation: number }
}

/** As usual in planning: four of five. J. Cohen: Statistical power analysis for the behavioral sciences (1988), 2.4. */
export const USUAL_POWER = 0.8
const PRECISION = 1e-4

/**
 * With p the exact chance that an equal beats the leader (`win-chance.ts`) and c that the second judge confirms an equal, for
 * K challengers whose matches are independent:
 *
 * - a false king: 1 - (1 - p)^K before the first judge. Whom the second does not confirm never took part, until somebody is
 *   confirmed or nobody is left who beat the leader, so that with it: 1 - (1 - pc)^K. That supposes that its errors are its
 *   own; what both owe to the luck of the same prompts they share, and the truth lies between the two.
 * - matches: K; then, of Q who beat the leader, Q - 1 in the succession, which is Kp - 1 + (1 - p)^K on average; and
 *   would-be kings one after another until one is confirmed, (1 - (1 - c)^Q)/c on average for Q, (1 - (1 - pc)^K)/c in all.
 *
 * Matches share the leader's outputs and the prompts, and copies share everything, so that with many of them the chance of
 * a false king is smaller than this, and not less than p.
 */
export function powerOf(plan: RoundPlan, throne: Throne, power = USUAL_POWER): Power {
  const { challengers, decisiveRate, prompts } = plan
  const first = winningLine(prompts, throne)
  const second = throne.confirmation && winningLine(prompts, { ...throne, significance: throne.confirmation })
  const equals: Strength = { decisiveRate, strength: 0 }
  const p = winChance(first, equals)
  const c = second === undefined ? 1 : winChance(second, equals)
  const atLeastOne = (chance: number) => -Math.expm1(challengers * Math.log1p(-Math.min(1, chance)))
  return {
    falseKing: atLeastOne(p),
    falseKingConfirmed: atLeastOne(p * c),
    detectable: detectable(decisiveRate, power, second === undefined ? [first] : [first, second]),
    matches: {
      qualification: challengers,
      succession: Math.max(0, challengers * p - atLeastOne(p)),
      confirmation: second === undefined ? 0 : c === 0 ? challengers * p : atLeastOne(p * c) / c,
    },
  }
}

/** By bisection: whoever is stronger passes more often. All judges have to be passed, each by its own verdicts. */
function detectable(decisiveRate: number, power: number, lines: readonly WinningLine[]): number | undefined {
  const passes = (strength: number) =>
    lines.reduce((chance, line) => chance * winChance(line, { decisiveRate, strength }), 1) >= power
  if (!passes(1)) return undefined
  let [low, high] = [0, 1]
  while (high - low > PRECISION) {
    const middle = (low + high) / 2
    if (passes(middle)) high = middle
    else low = middle
  }
  return high
}
