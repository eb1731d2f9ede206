/** The judge that confirms a would-be king, where the competition asks for one. */
import { throneProblems } from '../../engine/throne-problems.ts'
import { RoundkeeperError } from '../../errors.ts'
import type { Judge } from '../../judge/judge.ts'
import type { Config } from '../../state/config.ts'
import type { Ports } from './ports.ts'

type Judges = Pick<Ports, 'judge' | 'secondJudge'>

/** To be asked before a round begins, whose end must not be the first to find it out. @throws `usage` when the throne of a configuration could not be won here */
export function checkThrone(judges: Judges, config: Config): void {
  const [problem] = throneProblems(config)
  if (problem === undefined) return void secondJudge(judges, config)
  const { field, found, expected, remedy } = problem
  const said = found === undefined ? 'missing' : `found ${JSON.stringify(found)}`
  throw new RoundkeeperError('usage', `${field}: ${said}, expected ${expected}`, { where: field, hint: remedy })
}

/**
 * @returns undefined where nobody is asked
 * @throws `usage` when the one that config.json names is not at hand, or is the first judge again
 */
export function secondJudge({ judge, secondJudge: second }: Judges, { judging }: Config): Judge | undefined {
  if (judging?.throne !== 'familywise') return undefined
  const { throne_judge: named } = judging
  if (named === judge.id) {
    throw new RoundkeeperError('usage', `the second judge is the first one again (${named}): it would confirm itself`, {
      where: 'config.json: judging.throne_judge',
      hint: 'Name another judge: another model, or another way of asking.',
    })
  }
  if (second !== undefined && second.id === named) return second
  const found = second === undefined ? 'no second judge is set up here' : `the second judge here is ${second.id}`
  throw new RoundkeeperError('usage', `config.json names ${named} to confirm a would-be king, and ${found}`, {
    where: 'roundkeeper.json: second_judge',
    hint: 'Set up the judge that config.json names; without it this round could not be crowned.',
  })
}
