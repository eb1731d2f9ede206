/** How `config.judging` spares the judge. */
import { RoundkeeperError } from '../../errors.ts'
import type { Stopping } from '../../rules/stopping.ts'
import type { Config } from '../../state/config.ts'

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
  if (!(error > 0 && error < 0.5)) throw wrong('stopping_error', error, 'a probability above 0 and below 0.5')
  if (batch < 1) throw wrong('stopping_batch', batch, 'a whole number from 1 on')
  return { rule, error, batch }
}

function wrong(name: string, found: number, expected: string): RoundkeeperError {
  return new RoundkeeperError('state-file', `config.json: judging.${name}: found ${found}, expected ${expected}`, {
    where: 'config.json',
    hint: 'Correct the setting, or leave it out.',
  })
}
