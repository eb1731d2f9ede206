/** config.json: what cannot be played, or soon will be over. */
import { configProblems, type FoundingProblem } from '../../engine/founding-problems.ts'
import { foundingProblemsOf } from '../../formats/index.ts'
import { files } from '../../state/index.ts'
import { type Check, type Finding, fail, ok, together, warn } from '../check.ts'
import type { Setup } from '../setup.ts'

const DAY_MS = 86_400_000
const MAX_TOLD = 5

export const configCheck: Check<Setup> = {
  id: 'config',
  title: 'config.json',
  async run({ clock, ...setup }) {
    const snapshot = await setup.snapshot()
    const config = await snapshot.read(files.config)
    const pool = (await snapshot.find(files.pool)) ?? []
    const problems = [...configProblems(config), ...foundingProblemsOf(config, pool)].filter((each) => !isOfPool(each))
    if (problems.length > 0) return problemsTold(problems)
    const { prompts_per_round: prompts, round_duration_days: days, last_competition_date: last } = config
    const played = ok(
      `${prompts} prompts a round, a round every ${days === 1 ? 'day' : `${days} days`}, ${config.rules ?? 'legacy'} rules`,
    )
    const leftMs = Date.parse(last) + DAY_MS - clock.now().getTime()
    if (leftMs > days * DAY_MS) return played
    const advice = 'To go on, set a later last_competition_date by a signed commit.'
    return together([
      played,
      warn(leftMs < 0 ? `no round starts after ${last}` : `the last round starts by ${last}`, advice),
    ])
  },
}

export const isOfPool = ({ field }: FoundingProblem) => field.startsWith('prompts')

export function problemsTold(problems: readonly FoundingProblem[]): Finding {
  const told = problems
    .slice(0, MAX_TOLD)
    .map(({ field, found, expected }) => `${field}: found ${JSON.stringify(found) ?? 'nothing'}, expected ${expected}`)
  const more = problems.length > MAX_TOLD ? `; and ${problems.length - MAX_TOLD} more` : ''
  const remedies = [...new Set(problems.slice(0, MAX_TOLD).map(({ remedy }) => remedy))]
  return fail(`${told.join('; ')}${more}`, `${remedies.join(' ')} Commit it signed.`)
}
