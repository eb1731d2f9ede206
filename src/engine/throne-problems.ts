import { DEFAULT_ERROR } from '../rules/throne.ts'
import type { Config } from '../state/config.ts'
import type { FoundingProblem } from './founding-problems.ts'

/** What no throne can be won by. */
export function throneProblems({ judging = {}, prompts_per_round: prompts }: Config): FoundingProblem[] {
  const { throne = 'fixed', throne_error: error = DEFAULT_ERROR, throne_floor: floor = 0, throne_judge } = judging
  const asksMore = throne !== 'fixed'
  const rules: readonly (readonly [name: string, found: unknown, holds: boolean, expected: string, remedy: string])[] =
    [
      [
        'throne_error',
        error,
        error > 0 && error < 0.5,
        'a probability above 0 and below 0.5',
        'Give how probable a king by luck may be, e.g. 0.05.',
      ],
      [
        'throne_floor',
        floor,
        floor >= 0 && floor < 1,
        'a margin from 0 to below 1',
        'Give the margin that has to be exceeded beyond chance: 0 for any improvement.',
      ],
      [
        'throne_error',
        error,
        !asksMore || error <= 0 || 0.5 ** prompts <= error,
        `a probability that ${prompts} prompts can come down to: winning all of them is chance with ${0.5 ** prompts}`,
        'Judge more prompts in a round, allow a larger error, or choose the throne "fixed".',
      ],
      [
        'throne_judge',
        throne_judge,
        throne !== 'familywise' || !!throne_judge,
        'the id of the second judge, as "familywise" asks one before the crown',
        'Name the judge that confirms a would-be king; the operator sets it up in roundkeeper.json (second_judge).',
      ],
    ]
  return rules.flatMap(([name, found, holds, expected, remedy]) =>
    holds ? [] : [{ field: `config.json: judging.${name}`, found, expected, remedy }],
  )
}
