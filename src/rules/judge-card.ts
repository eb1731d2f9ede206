/** Whether a judge is sane, from what is on record of a round; and whether a round may be decided by its answers. */
import type { MatchReport } from '../state/duels.ts'
import type { Intervention } from '../state/intervention.ts'
import type { Count, JudgeCard } from '../state/judge-card.ts'
import type { CheckKind, JudgeCheck, JudgeChecks, JudgeCost } from '../state/judge-checks.ts'
import type { Judging } from '../state/judging.ts'
import { isRight } from './canaries.ts'
import { wilsonInterval } from './wilson-interval.ts'

/** Where `config.judging.bounds` says nothing else; docs/judging.md says why. */
export const DEFAULT_BOUNDS = {
  itself: 0.8,
  degraded: 0.8,
  lettered: 0.9,
  retests: 0.9,
  swaps: 0.5,
  voids: 0.1,
  draw_drift: 0.15,
} as const
type Bound = keyof typeof DEFAULT_BOUNDS

export interface JudgeCardInput {
  readonly judging: Judging
  /** In the order of the matrix. */
  readonly reports: readonly MatchReport[]
  readonly checks: readonly JudgeChecks[]
  /** Cards of earlier rounds, the newest last. */
  readonly earlier: readonly { readonly round: number; readonly card: JudgeCard }[]
  /** Acts of people on record. */
  readonly acts: number
}

/** Whether a competition asks for judge cards at all. */
export const hasCard = (judging: Judging | undefined): judging is Judging =>
  (judging?.canaries ?? 0) > 0 || (judging?.retests ?? 0) > 0 || judging?.bounds !== undefined

export function judgeCard({ judging, reports, checks, earlier, acts }: JudgeCardInput): JudgeCard {
  const judges = [...new Set(reports.flatMap(({ judge }) => judge ?? []))].sort()
  const duels = reports.flatMap((report) => report.duels.filter(({ transcript }) => transcript !== undefined))
  const asked = checks.flatMap((match) => match.checks.map((check) => ({ check, match })))
  const answered = asked.filter(({ check }) => check.void === undefined)
  const canaries = (...kinds: CheckKind[]) =>
    countOf(
      answered.map(({ check }) => check).filter(({ kind }) => kinds.includes(kind)),
      isRight,
    )
  const decided = duels.filter((duel) => duel.void === undefined)
  const winners = new Map(
    reports.map((report) => [keyOf(report), new Map(report.duels.map((d) => [d.name, d.winner]))]),
  )
  const isSame = ({ check, match }: { check: JudgeCheck; match: JudgeChecks }) =>
    winners.get(keyOf(match))?.get(check.name) === check.winner
  const card = {
    judges,
    matches: reports.length,
    canaries: {
      itself: canaries('itself'),
      degraded: canaries('blurred', 'noisy', 'cut'),
      lettered: canaries('lettered'),
    },
    retests: countOf(
      answered.filter(({ check }) => check.kind === 'retest'),
      isSame,
    ),
    swaps: countOf(
      decided.flatMap(({ pair }) => (pair === undefined ? [] : [pair])),
      ([a, b]) => a === b,
    ),
    draws: countOf(decided, ({ winner }) => winner === 'draw'),
    voids: countOf([...duels, ...asked.map(({ check }) => check)], (each) => each.void !== undefined),
    cost: costOf(
      checks.map(({ cost }) => cost),
      judging,
    ),
  }
  const before = earlier.findLast((each) => each.card.judges.join() === judges.join())
  const drift = before && {
    round: before.round,
    draws: changeOf(before.card.draws, card.draws),
    voids: changeOf(before.card.voids, card.voids),
    swaps: changeOf(before.card.swaps, card.swaps),
  }
  const bounds: Record<Bound, number> = { ...DEFAULT_BOUNDS }
  for (const name of Object.keys(bounds) as Bound[]) bounds[name] = judging.bounds?.[name] ?? bounds[name]
  const driven = { ...card, ...(drift && { drift }) }
  return { ...driven, bounds, out_of_bounds: outOfBounds(driven, bounds), acts }
}

/** Whether the matches on record are more than the card is about, or there is none yet. */
export const isCardDue = (judging: Judging | undefined, card: JudgeCard | undefined, matches: number): boolean =>
  hasCard(judging) && matches > 0 && (card === undefined || card.matches < matches)

/**
 * Why a round must not be decided: its card is out of bounds, and nobody resumed it since, who had looked.
 * @param acts all on record
 */
export function heldBy(card: JudgeCard, acts: readonly Intervention[], round: number): string | undefined {
  return card.out_of_bounds.length === 0 || resumedAfter(card, acts, round) ? undefined : card.out_of_bounds.join('; ')
}

/** The act by which somebody let a round go on in spite of its card. */
export const resumedAfter = (card: JudgeCard, acts: readonly Intervention[], round: number) =>
  acts.slice(card.acts).find((act) => act.kind === 'resume' && act.round === round && act.to === 'duels')

const keyOf = ({ left, right }: { left: string; right: string }) => `${left} ${right}`

function countOf<T>(all: readonly T[], is: (each: T) => boolean): Count {
  const yes = all.filter(is).length
  const [low, high] = wilsonInterval(yes, all.length)
  return { yes, of: all.length, low: rounded(low), high: rounded(high) }
}

function changeOf(before: Count, now: Count): number | null {
  return before.of === 0 || now.of === 0 ? null : rounded(now.yes / now.of - before.yes / before.of)
}

const rounded = (value: number, digits = 4) => Math.round(value * 10 ** digits) / 10 ** digits

function costOf(all: readonly JudgeCost[], { price_input: read, price_output: written }: Judging): JudgeCard['cost'] {
  const sum = (of: (cost: JudgeCost) => number) => all.reduce((total, cost) => total + of(cost), 0)
  const [input_tokens, output_tokens] = [sum((cost) => cost.input_tokens), sum((cost) => cost.output_tokens)]
  const money = ((read ?? 0) * input_tokens + (written ?? 0) * output_tokens) / 1_000_000
  return {
    calls: sum(({ calls }) => calls),
    input_tokens,
    output_tokens,
    seconds: rounded(
      sum(({ seconds }) => seconds),
      3,
    ),
    ...(read === undefined && written === undefined ? {} : { money: rounded(money) }),
  }
}

type Measured = Pick<JudgeCard, 'canaries' | 'retests' | 'swaps' | 'voids' | 'drift'>

/** By the shares that were seen: an operator looks once too often rather than once too rarely. */
function outOfBounds({ canaries, retests, swaps, voids, drift }: Measured, bounds: Record<Bound, number>): string[] {
  const below = (what: string, { yes, of }: Count, least: number) =>
    of > 0 && yes / of < least ? [`${what}: ${yes} of ${of}, at least ${least} of them expected`] : []
  const moved = Math.abs(drift?.draws ?? 0)
  return [
    ...below('draws of a preview with itself', canaries.itself, bounds.itself),
    ...below('wins over a worse copy', canaries.degraded, bounds.degraded),
    ...below('texts to the judge that did not win', canaries.lettered, bounds.lettered),
    ...below('same verdicts when asked again', retests, bounds.retests),
    ...below('same outcomes in both orders', swaps, bounds.swaps),
    ...(voids.of > 0 && voids.yes / voids.of > bounds.voids
      ? [`questions without a verdict: ${voids.yes} of ${voids.of}, at most ${bounds.voids} of them expected`]
      : []),
    ...(moved > bounds.draw_drift
      ? [`the share of draws moved by ${moved} since round ${drift?.round}, at most ${bounds.draw_drift} expected`]
      : []),
  ]
}
