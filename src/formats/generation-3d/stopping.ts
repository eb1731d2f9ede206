/** How `config.judging` spares the judge. */
import { RoundkeeperError } from '../../errors.ts'
import type { Stopping } from '../../rules/stopping.ts'
import type { Config } from '../../state/config.ts'
import type { SettingProblem } from './settings.ts'

const DEFAULT_ERROR = 0.01
/** A match is stopped at the first duel that allows it; see docs/judging.md for what more of them cost and save. */
const DEFAULT_BATCH = 1

/** Undefined where every duel is asked about. @throws RoundkeeperError `state-file` naming the setting */
export function stoppingOf({ judging }: Pick<Config, 'judging'>): Stopping | undefined {
  const {
    stopping: rule = 'none',
    stopping_error: error = DEFAULT_ERROR,
    stopping_batch: batch = DEFAULT_BATCH,
  } = judging ?? {}
  if (rule === 'none') return undefined
  const [problem] = stoppingProblems({ judging })
  if (problem === undefined) return { rule, error, batch }
  const { name, found, expected } = problem
  throw new RoundkeeperError('state-file', `config.json: judging.${name}: found ${found}, expected ${expected}`, {
    where: 'config.json',
    hint: 'Correct the setting, or leave it out.',
  })
}

/** What no match can be stopped by. */
export function stoppingProblems({ judging = {} }: Pick<Config, 'judging'>): SettingProblem[] {
  const { stopping_error: error = DEFAULT_ERROR, stopping_batch: batch = DEFAULT_BATCH } = judging
  const rules = [
    {
      name: 'stopping_error',
      found: error,
      holds: error > 0 && error < 0.5,
      expected: 'a probability above 0, below 0.5',
    },
    { name: 'stopping_batch', found: batch, holds: batch >= 1, expected: 'a whole number from 1 on' },
  ]
  return rules.flatMap(({ holds, ...problem }) => (holds ? [] : [problem]))
}
