/** `config.judging` as a whole: what nobody can be judged by, and names that nobody knows, which are slips of the pen. */
import { RoundkeeperError } from '../../errors.ts'
import type { Config } from '../../state/config.ts'
import { judgingSchema } from '../../state/judging.ts'
import { canaryPictures } from './canaries.ts'
import type { Ports } from './ports.ts'
import { sanityProblems } from './sanity-problems.ts'
import type { SettingProblem } from './settings.ts'
import { stoppingProblems } from './stopping.ts'

export function judgingProblems(config: Pick<Config, 'judging'>): SettingProblem[] {
  const known = Object.keys(judgingSchema.shape)
  const unknown = Object.entries(config.judging ?? {}).filter(([name]) => !known.includes(name))
  return [
    ...unknown.map(([name, found]) => ({ name, found, expected: `one of ${known.join(', ')}` })),
    ...stoppingProblems(config),
    ...sanityProblems(config),
  ]
}

/** To be asked before a round begins: while it is played nothing of this may be changed. @throws `usage` */
export function checkJudging(ports: Ports, config: Config): void {
  const [problem] = judgingProblems(config)
  if (problem !== undefined) {
    const field = `config.json: judging.${problem.name}`
    const message = `${field}: found ${JSON.stringify(problem.found)}, expected ${problem.expected}`
    throw new RoundkeeperError('usage', message, { where: field, hint: 'Correct it, or leave it out.' })
  }
  if ((config.judging?.canaries ?? 0) > 0) canaryPictures(ports)
}
