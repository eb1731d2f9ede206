import { z } from 'zod'
import { RoundkeeperError } from '../../../src/errors.ts'
import type { Config } from '../../../src/state/index.ts'

/** `config.settings` of a guessing competition. */
const settingsSchema = z.object({
  /** Items are `n1` to `n{pool_size}`; a guess names a number for each of them. */
  pool_size: z.int().min(1).max(100).default(12),
  /** What the kings are worth, the newest first; their number is the length of the chain. */
  king_weights: z.array(z.number().min(0).max(1)).min(1).max(10).default([0.5, 0.3, 0.2]),
})
export type Settings = z.infer<typeof settingsSchema>

/** @throws RoundkeeperError `state-file` */
export function settingsOf(config: Config): Settings {
  const parsed = settingsSchema.safeParse(config.settings ?? {})
  if (parsed.success) return parsed.data
  throw new RoundkeeperError('state-file', `config.json: settings: ${z.prettifyError(parsed.error)}`, {
    where: 'config.json',
    hint: 'Correct the settings of the competition.',
    cause: parsed.error,
  })
}
