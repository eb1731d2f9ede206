/** When a match needs no more verdicts. Only one that falls short is ever stopped: whoever passes is judged to the end. */
import type { Stopped, StopReason } from '../state/duels.ts'
import { LEADER } from '../state/winner.ts'
import { auditLimits } from './audit.ts'
import { logLikelihoodRatio, lowerBound } from './gsprt.ts'
import { counts, isUndecided, type Played, scoreOf, takesOver } from './match.ts'
import { type Drawn, shortfallWealth } from './without-replacement-test.ts'

export interface Stopping {
  readonly rule: 'lossless' | 'sequential' | 'gsprt'
  /** How often a test may give up a match that would have passed; no part of `lossless`. */
  readonly error: number
  /** The fewest duels that are asked side by side. */
  readonly batch: number
}

/** A match before its first question. */
export interface Course {
  readonly winMargin: number
  /** Duels that need no judge. */
  readonly settled: readonly Played[]
  /** How many do. */
  readonly open: number
  /** Wins of the defender that its audit may still take away without rejecting it. */
  readonly pardonable: number
}

/** A verdict of the judge; `pair` is what it said in each order. */
export interface Heard extends Played {
  readonly pair?: readonly ('left' | 'right' | 'draw')[] | undefined
}

/**
 * Whether a match is over before all was asked, given the verdicts so far in the order of asking; undefined: go on.
 *
 * `certain`: with every open duel won by the challenger, and every win that the defender may still lose to its audit drawn,
 * the margin stays below the win margin. Nothing is lost by it: let s of v duels that count be the score so far, and r be
 * open. (s + r)/(v + r) is the most that any outcome gives, for a draw or a loss instead of a win lowers it, and so does a
 * void duel, as s ≤ v.
 *
 * `sequential`: the test without replacement; `gsprt`: the sequential probability ratio test. See there.
 *
 * A match is stopped only while its margin, and what its defender's audit may make of that, is below the win margin,
 * whatever a test says. So `margin` on record, the score of what was played, says of a stopped match what the whole
 * would: not passed. (Under `certain` that is no further condition: s/v ≤ (s + r)/(v + r), since s ≤ v.) Every rule of the
 * throne demands the win margin, and more. Nor is a match stopped of which too much is void.
 */
export function stoppedBy(course: Course, { rule, error }: Stopping, heard: readonly Heard[]): Stopped | undefined {
  const played = [...course.settled, ...heard]
  const rest = course.open - heard.length
  if (rest === 0 || isUndecided(played)) return undefined
  const counted = played.filter(counts).length
  const pardoned = Math.min(course.pardonable, played.filter(({ winner }) => winner === 'left').length)
  const score = scoreOf(played).score + pardoned
  const fallsShort = (more: number) =>
    counted + more > 0 && !takesOver((score + more) / (counted + more), course.winMargin)
  const stopped = (reason: StopReason, statistic?: number): Stopped => ({
    reason,
    after: heard.length,
    unasked: rest,
    ...(statistic === undefined ? {} : { statistic }),
  })
  if (fallsShort(rest)) return stopped('certain')
  if (rule === 'lossless' || heard.length === 0 || !fallsShort(0)) return undefined
  const statistic = rule === 'sequential' ? wealthOf(course, error, heard) : ratioOf(course, error, heard)
  if (statistic === undefined) return undefined
  const isOver = rule === 'sequential' ? statistic >= 1 / error : statistic <= lowerBound({ error })
  return isOver ? stopped(rule, statistic) : undefined
}

/**
 * How many of the open duels to ask next, side by side: no fewer than `batch`, and as many as are needed in any case, since
 * not even losing all of them would end the match sooner. 0 when it is over. The rule is looked at after each batch and
 * not in between, so that the record holds all that was asked, and does not depend on which answer came first.
 */
export function nextBatch(course: Course, stopping: Stopping, heard: readonly Heard[]): number {
  const rest = course.open - heard.length
  const endsBy = (lost: number) =>
    stoppedBy(course, stopping, [...heard, ...Array<Heard>(lost).fill({ winner: 'left' })]) !== undefined
  if (rest === 0 || endsBy(0)) return 0
  // The more are lost, the surer it ends: found by halving.
  let [goesOn, ends] = [0, rest]
  while (ends - goesOn > 1) {
    const middle = (goesOn + ends) >> 1
    if (endsBy(middle)) ends = middle
    else goesOn = middle
  }
  return Math.min(rest, Math.max(stopping.batch, ends))
}

/**
 * Wins that an audit may take from a defender and still pass it: under `v1` those on prompts that its image did not reproduce,
 * of as many as are tolerated. The leader's duels are with regenerated outputs already.
 */
export function pardonable(rules: string | undefined, left: string, delivered: number, tolerance: number): number {
  return rules !== 'v1' || left === LEADER ? 0 : auditLimits(delivered, tolerance).mismatches
}

/** The least score of `counted` duels that reaches the win margin; more than there are where nothing does. */
function neededScore(winMargin: number, counted: number): number {
  if (winMargin > 1 || counted === 0) return counted + 1
  let score = Math.max(-counted, Math.floor(winMargin * counted) - 1)
  while (score <= counted && !takesOver(score / counted, winMargin)) score += 1
  return score
}

const gainOf = ({ winner }: Played): 1 | 0 | -1 => (winner === 'right' ? 1 : winner === 'left' ? -1 : 0)

/** What the open duels have to add up to, once `voids` of them are void. */
function targetOf({ winMargin, settled, open, pardonable }: Course, voids: number): number {
  const counted = settled.filter(counts).length + open - voids
  return neededScore(winMargin, counted) - scoreOf(settled).score - pardonable
}

function wealthOf(course: Course, error: number, heard: readonly Heard[]): number {
  const drawn = heard.map((duel): Drawn => (counts(duel) ? gainOf(duel) : null))
  return shortfallWealth(drawn, { size: course.open, target: (voids) => targetOf(course, voids), error })
}

/**
 * Between two means of the open duels: one win margin below what they need for the match to pass, and one above. A pair
 * counts as the mean of its two answers; a judge that was asked in one order, or gave no pair, by its verdict.
 */
function ratioOf(course: Course, error: number, heard: readonly Heard[]): number | undefined {
  const valid = heard.filter(counts)
  const voids = heard.length - valid.length
  const needed = targetOf(course, voids) / Math.max(1, course.open - voids)
  const pairs = valid.map((duel) => {
    const [one, other] = (duel.pair ?? []).map((winner) => gainOf({ winner }))
    return one === undefined || other === undefined ? gainOf(duel) : (one + other) / 2
  })
  const [mean0, mean1] = [needed - course.winMargin, needed + course.winMargin]
  return course.winMargin > 0 ? logLikelihoodRatio(pairs, { mean0, mean1, error }) : undefined
}
