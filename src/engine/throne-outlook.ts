/** What a configuration's throne can tell apart, in one line: before a round is played, and money is spent on it. */
import { type Power, powerOf } from '../rules/power.ts'
import { throneOf } from '../rules/throne.ts'
import type { Config } from '../state/config.ts'

/** Share of drawn duels in the seven public rounds of the first image-to-mesh competition. */
export const ASSUMED_DRAW_RATE = 0.787
export const ASSUMED_CHALLENGERS = 20

/** How often luck may crown somebody before it is worth a warning. */
const LUCKY = 0.1
/** An improvement that has to be larger than this to be crowned is one that hardly anybody makes. */
const HARD = 0.3

export interface ThroneOutlook {
  readonly challengers: number
  readonly drawRate: number
  readonly falseKing: number
  /** Undefined where not even the greatest improvement is crowned as a rule. */
  readonly detectable: number | undefined
  readonly summary: string
  /** What to think about, if anything: sentences for people. */
  readonly concerns: readonly string[]
}

/** @param config without `throneProblems` */
export function throneOutlook(
  { judging, win_margin, prompts_per_round: prompts }: Config,
  { challengers = ASSUMED_CHALLENGERS, drawRate = ASSUMED_DRAW_RATE } = {},
): ThroneOutlook {
  const throne = throneOf(win_margin, judging, challengers)
  const { falseKing, falseKingConfirmed, detectable } = powerOf(
    { prompts, challengers, decisiveRate: 1 - drawRate },
    throne,
  )
  const luck = throne.confirmation === undefined ? falseKing : falseKingConfirmed
  return {
    ...{ challengers, drawRate, falseKing: luck, detectable },
    summary:
      `luck crowns one of ${challengers} equals in ${percent(luck)} of rounds; ` +
      (detectable === undefined
        ? 'nobody is good enough to be crowned four times in five'
        : `who is better by ${percent(detectable)} is crowned four times in five`),
    concerns: concernsOf(luck, detectable),
  }
}

const concernsOf = (luck: number, detectable: Power['detectable']) => [
  ...(luck > LUCKY ? [`Luck decides too often: ${MORE_EVIDENCE}.`] : []),
  ...(detectable === undefined || detectable > HARD
    ? ['Hardly anybody can win the crown: judge more prompts, or lower win_margin or throne_floor.']
    : []),
]
const MORE_EVIDENCE = 'set judging.throne to "significant" or "familywise", raise win_margin, or judge more prompts'

const percent = (share: number) => `${Number((100 * share).toPrecision(share < 0.1 ? 2 : 3))} %`
