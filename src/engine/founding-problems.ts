import type { Config } from '../state/config.ts'
import { throneProblems } from './throne-problems.ts'

/** Something that a competition must not be founded with. Histories that have it are read all the same. */
export interface FoundingProblem {
  /** As a person looks for it: `config.json: win_margin`, `prompts.txt: line 3`. */
  readonly field: string
  readonly found: unknown
  readonly expected: string
  readonly remedy: string
}

/** An address of Substrate in format 42; whether its checksum is right, the chain says by not knowing it. */
const HOTKEY = /^5[1-9A-HJ-NP-Za-km-z]{47}$/
/** A day of 12 s blocks. Weights that wait for longer are no weights. */
const MAX_WAIT_BLOCKS = 7200
const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/

/** What no competition can be played by, whatever its format. */
export function configProblems(config: Config): FoundingProblem[] {
  const { prompts_per_round: prompts, block_seconds } = config
  const fraction = (value: number) => value >= 0 && value <= 1
  const rules: readonly Rule[] = [
    [
      'name',
      NAME.test(config.name),
      'lower-case letters, digits, ".", "_" and "-", 1 to 63 of them, a letter or digit first',
      'It stands in every round and seed: choose a short one, e.g. mesh.',
    ],
    [
      'win_margin',
      config.win_margin > 0 && config.win_margin <= 1,
      'a fraction above 0, at most 1',
      'Give the share of the prompts by which a challenger must lead, e.g. 0.05.',
    ],
    ['weight_decay', fraction(config.weight_decay), 'a fraction from 0 to 1', 'Subtracted at every defence, e.g. 0.2.'],
    ['weight_floor', fraction(config.weight_floor), 'a fraction from 0 to 1', 'No leader weighs less, e.g. 0.2.'],
    ['prompts_per_round', prompts >= 1, 'a whole number from 1 on', 'Give the number of prompts of a round, e.g. 128.'],
    [
      'carryover_prompts',
      config.carryover_prompts >= 0 && config.carryover_prompts <= Math.max(0, prompts),
      'a whole number from 0 to prompts_per_round',
      'So many of the prompts come from the round before: 0 for none.',
    ],
    [
      'generation_stage_minutes',
      config.generation_stage_minutes >= 1,
      'a whole number from 1 on',
      'Give the minutes that miners have from the seed to the deadline, e.g. 120.',
    ],
    [
      'finalization_buffer_hours',
      config.finalization_buffer_hours >= 0,
      'a number of hours from 0 on',
      'Give the least time between a result and the next start, e.g. 1.0.',
    ],
    ['round_duration_days', config.round_duration_days >= 1, 'a whole number from 1 on', 'Give days, e.g. 3.'],
    [
      'block_seconds',
      block_seconds === undefined || block_seconds > 0,
      'a number of seconds above 0',
      'Give what a block of the chain takes (12 on Bittensor), or leave the field out.',
    ],
    [
      'audit_deadline_hours',
      (config.audit_deadline_hours ?? 1) > 0,
      'a number of hours above 0',
      'Give the time for audits after the start of the duels, e.g. 36.',
    ],
  ]
  const broken = rules.flatMap(([field, holds, expected, remedy]) =>
    holds ? [] : [{ field: `config.json: ${field}`, found: config[field], expected, remedy }],
  )
  return [...broken, ...throneProblems(config), ...weightsProblems(config.weights ?? {})]
}

type Rule = readonly [field: keyof Config & string, holds: boolean, expected: string, remedy: string]

function weightsProblems({
  remainder_to = 'owner',
  wait_for_switch_blocks: wait = 0,
  version_key: key = 0,
}: NonNullable<Config['weights']>): FoundingProblem[] {
  const rules: readonly (readonly [string, unknown, boolean, string, string])[] = [
    [
      'remainder_to',
      remainder_to,
      remainder_to === 'owner' || HOTKEY.test(remainder_to),
      '"owner", or the address of a hotkey (5…)',
      'Say who receives what the crown is not worth; the owner’s share is burned.',
    ],
    [
      'wait_for_switch_blocks',
      wait,
      wait >= 0 && wait <= MAX_WAIT_BLOCKS,
      `a whole number from 0 to ${MAX_WAIT_BLOCKS}`,
      'Give the blocks that weights wait for a change of the crown, e.g. 125.',
    ],
    [
      'version_key',
      key,
      key >= 0,
      'a whole number from 0 on',
      'Leave it out, unless the subnet’s WeightsVersionKey counts otherwise than Roundkeeper does.',
    ],
  ]
  return rules.flatMap(([name, found, holds, expected, remedy]) =>
    holds ? [] : [{ field: `config.json: weights.${name}`, found, expected, remedy }],
  )
}
