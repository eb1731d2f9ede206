/** The course of a match: what is asked when, and when it is over. Pure, for whoever judges and for whoever looks again. */
import { checkedPrompts } from '../../rules/audit.ts'
import { promptOrder } from '../../rules/prompt-order.ts'
import { type Heard, nextBatch, pardonable, stoppedBy } from '../../rules/stopping.ts'
import type { Config, Outputs, Stopped } from '../../state/index.ts'
import type { OpenDuel } from './duels.ts'
import { settingsOf } from './settings.ts'
import { stoppingOf } from './stopping.ts'

export interface MatchBasis {
  readonly config: Config
  readonly seed: number
  readonly left: string
  readonly right: string
  /** Of the defender. */
  readonly outputs: Outputs
  /** All of the match, in the order of the prompts. */
  readonly duels: readonly OpenDuel[]
}

export interface Course {
  /** Duels to ask about now, side by side; none when the match is over. @param heard verdicts so far, by the stem of their prompt */
  next(heard: ReadonlyMap<string, Heard>): readonly OpenDuel[]
  /** Why it was over before all was asked; undefined where it was not. */
  stopped(heard: ReadonlyMap<string, Heard>): Stopped | undefined
}

export function courseOf({ config, seed, left, right, outputs, duels }: MatchBasis): Course {
  const open = duels.filter(({ settled }) => settled === undefined)
  const stopping = stoppingOf(config)
  if (stopping === undefined) {
    return { next: (heard) => open.filter(({ frame }) => !heard.has(frame.name)), stopped: () => undefined }
  }
  const shown = open.map((duel) => ({
    duel,
    stem: duel.frame.name,
    left: duel.left?.glb_sha256,
    right: duel.right?.glb_sha256,
  }))
  const order = promptOrder(seed, left, right, shown).map(({ duel }) => duel)
  const voided = new Set(duels.flatMap(({ prompt }) => (prompt.void === undefined ? [] : [prompt.stem])))
  const delivered = checkedPrompts(outputs, voided).length
  const course = {
    winMargin: config.win_margin,
    settled: duels.flatMap(({ settled }) => settled ?? []),
    open: order.length,
    pardonable: pardonable(config.rules, left, delivered, settingsOf(config).mismatch_tolerance),
  }
  const inOrder = (heard: ReadonlyMap<string, Heard>) => order.flatMap(({ frame }) => heard.get(frame.name) ?? [])
  return {
    next: (heard) => {
      const so = inOrder(heard)
      return order.slice(so.length, so.length + nextBatch(course, stopping, so))
    },
    stopped: (heard) => stoppedBy(course, stopping, inOrder(heard)),
  }
}
