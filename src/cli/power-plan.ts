/** Every throne rule beside every stopping rule, for one round to come. */
import { stoppingOf } from '../formats/generation-3d/stopping.ts'
import { expectedDuels } from '../rules/expected-duels.ts'
import { type Power, powerOf, type RoundPlan, USUAL_POWER } from '../rules/power.ts'
import { type Cost, costOf, type Rates } from '../rules/power-cost.ts'
import { throneOf } from '../rules/throne.ts'
import type { Config } from '../state/config.ts'

const THRONES = ['fixed', 'significant', 'familywise'] as const
const STOPPINGS = ['none', 'lossless', 'sequential', 'gsprt'] as const

export interface StoppingPlan extends Cost {
  readonly rule: (typeof STOPPINGS)[number]
  /** Whether it is the one that config.json has. */
  readonly configured: boolean
  readonly duels_per_match: number
}

export interface ThronePlan {
  readonly rule: (typeof THRONES)[number]
  readonly configured: boolean
  /** Of each match against the leader; null where only the margin counts. */
  readonly error: number | null
  readonly floor: number | null
  readonly false_king: number
  readonly false_king_confirmed: number
  /** Null where nobody is strong enough. */
  readonly detectable: number | null
  readonly matches: Power['matches']
  readonly stopping: readonly StoppingPlan[]
}

/** @throws `state-file` naming a setting that cannot be */
export function planOf(config: Config, round: RoundPlan, rates: Rates): ThronePlan[] {
  const { judging, win_margin: winMargin } = config
  const { prompts, decisiveRate } = round
  const perMatch = STOPPINGS.map((rule) => {
    const stopping = stoppingOf({ judging: { ...judging, stopping: rule } })
    return { rule, duels: expectedDuels({ prompts, winMargin, decisiveRate, strength: 0, stopping }) }
  })
  return THRONES.map((rule) => {
    const throne = throneOf(winMargin, { ...judging, throne: rule }, round.challengers)
    const { falseKing, falseKingConfirmed, detectable, matches } = powerOf(round, throne, USUAL_POWER)
    const total = matches.qualification + matches.succession + matches.confirmation
    return {
      ...{ rule, configured: rule === (judging?.throne ?? 'fixed') },
      ...{ error: throne.significance?.error ?? null, floor: throne.significance?.floor ?? null },
      ...{ false_king: falseKing, false_king_confirmed: falseKingConfirmed, detectable: detectable ?? null, matches },
      stopping: perMatch.map((each) => ({
        ...{ rule: each.rule, configured: each.rule === (judging?.stopping ?? 'none'), duels_per_match: each.duels },
        ...costOf(total, each.duels, rates),
      })),
    }
  })
}
