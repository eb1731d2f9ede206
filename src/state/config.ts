import { z } from 'zod'
import { date } from './datetime.ts'
import { judgingSchema } from './judging.ts'
import { float, int } from './number.ts'
import { plain } from './raw-json.ts'

const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?Z?$/

/** `8:00` happened in a real history; the original refused it. */
const padded = (value: unknown) => (typeof value === 'string' && /^\d:/.test(value) ? `0${value}` : value)

const weightsSchema = z.looseObject({
  remainder_to: z
    .string()
    .optional()
    .describe(
      'Who receives what the crown is not worth: `owner` is the subnet’s owner, whose share Bittensor burns; anything else is a hotkey. `owner` when absent.',
    ),
  leaderless: z
    .enum(['hold', 'remainder'])
    .optional()
    .describe(
      'While nobody wears the crown: `hold` leaves weights as they are, `remainder` gives all to `remainder_to`. `hold` when absent.',
    ),
  deregistered: z
    .enum(['hold', 'remainder'])
    .optional()
    .describe('Likewise, while the leader’s hotkey is not registered on the subnet.'),
  wait_for_switch_blocks: int()
    .optional()
    .describe('When the crown changes within so many blocks, weights wait for that; 125 when absent.'),
  version_key: int()
    .optional()
    .describe(
      'Sent along with weights, for a subnet whose `WeightsVersionKey` counts otherwise than Roundkeeper does.',
    ),
})

/** `config.json`. Everything after `round_duration_days` is ours: without it a competition plays by the legacy rules. */
export const configSchema = z
  .looseObject({
    name: z.string(),
    description: z.string(),
    first_evaluation_date: date().describe('First date (UTC) on which a round may start.'),
    last_competition_date: date().describe('Last date on which a round may start, inclusive.'),
    round_start_time: z
      .preprocess(padded, z.string().regex(TIME_OF_DAY, 'a time of day like 08:00:00'))
      .default('08:00:00')
      .describe('Time of day (UTC) of every round start, `HH:MM` or `HH:MM:SS`.'),
    generation_stage_minutes: int().describe('Length of the window from the seed to the deadline for outputs.'),
    finalization_buffer_hours: float().default(1).describe('Least time between finalizing and the next start.'),
    win_margin: float().describe('Fraction of the prompts by which a challenger must lead.'),
    weight_decay: float().describe('Subtracted from the leader’s weight at every defence.'),
    weight_floor: float().describe('The leader’s weight does not decay below this.'),
    prompts_per_round: int(),
    carryover_prompts: int().describe('How many of a round’s prompts come from the round before.'),
    round_duration_days: int().default(1),

    rules: z.enum(['legacy', 'v1']).optional().describe('`legacy`: as the original wrote its history; `v1`: ours.'),
    format: z.string().optional().describe('Which competition format; `generation-3d` when absent.'),
    netuid: int().optional(),
    block_seconds: float().optional().describe('Seconds a block takes; 12 when absent.'),
    randomness: z
      .enum(['block', 'drand'])
      .optional()
      .describe('Where a round’s seed comes from; named in `schedule.json` before it is known.'),
    source_audit: z
      .enum(['required', 'waived'])
      .optional()
      .describe('`required`: somebody must pass a challenger’s source code; `waived`: nobody reviews.'),
    audit_deadline_hours: float()
      .optional()
      .describe('Hours after the start of the duels by which all audits should be in; later is reported as late.'),
    settings: z
      .preprocess(plain, z.record(z.string(), z.unknown()))
      .optional()
      .describe('Settings of the format, published so that its decisions can be recomputed.'),
    drand: z
      .looseObject({
        public_key: z.string().describe('A compressed point in G2: 192 lower-case hex digits.'),
        genesis_time: int().describe('Unix time of round 1, seconds.'),
        period: float().describe('Seconds between rounds.'),
      })
      .optional()
      .describe(
        'The network behind `randomness: "drand"` where it is not quicknet, e.g. that of a chain of one’s own.',
      ),
    judging: judgingSchema.optional().describe('How much is judged, and what it takes to take the crown.'),
    weights: weightsSchema
      .optional()
      .describe('What validators pay by, published so that all of them come to the same weights.'),
  })
  .describe('The rules of the competition: dates, windows, margins, weights.')
/** Where `audit_deadline_hours` is absent. */
export const DEFAULT_AUDIT_DEADLINE_HOURS = 48

export type Config = z.infer<typeof configSchema>
