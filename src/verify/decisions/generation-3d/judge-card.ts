/** The judge card of a round: it follows from what is on record, and out of bounds it holds the round. */
import { actsOf } from '../../../engine/scene.ts'
import { cardOf } from '../../../formats/generation-3d/judge-card.ts'
import { hasCard, heldBy, isCardDue, resumedAfter } from '../../../rules/judge-card.ts'
import type { Config } from '../../../state/config.ts'
import { files } from '../../../state/files.ts'
import { compare, refuted } from '../../compare.ts'
import type { Check, Step } from '../../step.ts'
import { made } from '../made.ts'
import { eachChanged } from '../touched.ts'

export const judgeCard = (): Check => ({
  name: 'judge cards',
  async step(step, report) {
    await eachChanged(step, [files.judgeCard], report, async ({ round, path, config }) => {
      const { before, after } = step
      const recorded = await after.read(files.judgeCard, round)
      const acts = (await actsOf(before)).length
      const again = await cardOf({ snapshot: after, config, number: round }, acts)
      const compared = compare(recorded, again)
      const isAsked = hasCard(config.judging)
      report.decision(
        made(
          { kind: 'judge-card', round, path },
          isAsked ? compared : refuted(compared, 'the competition does not ask for it'),
        ),
      )
      if (again.out_of_bounds.length === 0) return
      const message = `The judge card of round ${round} is out of bounds, which holds the round: ${again.out_of_bounds.join('; ')}.`
      report.finding('judge/out-of-bounds', path, message)
    })
  },
})

export interface Gate {
  /** Why the round must not be decided. */
  readonly problem?: string
  /** Who let it go on in spite of its card. */
  readonly note?: string
}

/** Whether the judge card allows that a round is decided at a commit. */
export async function gateOf({ after }: Pick<Step, 'after'>, { judging }: Config, round: number): Promise<Gate> {
  const matches = ((await after.find(files.matrix, round)) ?? []).length
  const card = await after.find(files.judgeCard, round)
  if (isCardDue(judging, card, matches)) return { problem: 'the judge card of its matches is missing' }
  if (card === undefined) return {}
  const acts = await actsOf(after)
  const held = heldBy(card, acts, round)
  if (held !== undefined) return { problem: `the judge card is out of bounds (${held}), and nobody resumed the round` }
  const act = card.out_of_bounds.length > 0 ? resumedAfter(card, acts, round) : undefined
  if (act === undefined) return {}
  const note = `Round ${round} was decided although its judge card is out of bounds (${card.out_of_bounds.join('; ')}): ${act.by} resumed it. Reason: ${act.reason}`
  return { note }
}

/** Why the engine may not hold a round. */
export async function unheld({ after }: Pick<Step, 'after'>, round: number): Promise<string | undefined> {
  const card = await after.find(files.judgeCard, round)
  const held = card && heldBy(card, await actsOf(after), round)
  return held === undefined
    ? 'a pause begins and ends only by a recorded act, or by a judge card out of bounds'
    : undefined
}
