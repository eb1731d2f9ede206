/** The judge that confirms a would-be king, where the competition asks for one. */
import { RoundkeeperError } from '../../errors.ts'
import type { Judge } from '../../judge/judge.ts'
import type { Config } from '../../state/config.ts'
import type { Ports } from './ports.ts'

/**
 * @returns undefined where nobody is asked
 * @throws `usage` when the one that config.json names is not at hand, or is the first judge again
 */
export function secondJudge(
  { judge, secondJudge: second }: Pick<Ports, 'judge' | 'secondJudge'>,
  { judging }: Pick<Config, 'judging'>,
): Judge | undefined {
  if (judging?.throne !== 'familywise') return undefined
  const { throne_judge: named } = judging
  if (named === undefined) {
    throw new RoundkeeperError(
      'usage',
      'config.json names no second judge, and "familywise" asks one before the crown',
      {
        where: 'config.json: judging.throne_judge',
        hint: 'Give the id of the second judge, or choose another judging.throne: "fixed" or "significant".',
      },
    )
  }
  if (named === judge.id) {
    throw new RoundkeeperError('usage', `the second judge is the first one again (${named}): it would confirm itself`, {
      where: 'config.json: judging.throne_judge',
      hint: 'Name another judge: another model, or another way of asking.',
    })
  }
  if (second?.id === named) return second
  const found = second === undefined ? 'no second judge is set up here' : `the second judge here is ${second.id}`
  throw new RoundkeeperError('usage', `config.json names ${named} to confirm a would-be king, and ${found}`, {
    where: 'roundkeeper.json: second_judge',
    hint: 'Set up the judge that config.json names; without it this round could not be crowned.',
  })
}
