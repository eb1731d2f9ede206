import { RoundkeeperError } from '../errors.ts'
import type { RevealSchema } from '../rules/reveals.ts'
import type { Config } from '../state/config.ts'
import { revealSchema } from './generation-3d/reveal.ts'

export const DEFAULT_FORMAT = 'generation-3d'

/** What each known format accepts as a reveal. */
const revealSchemas: Readonly<Record<string, (config: Config) => RevealSchema>> = { [DEFAULT_FORMAT]: revealSchema }

/** @throws RoundkeeperError `state-file` for a format that this version does not know */
export function revealSchemaOf(config: Config): RevealSchema {
  const schema = revealSchemas[config.format ?? DEFAULT_FORMAT]
  if (schema !== undefined) return schema(config)
  throw new RoundkeeperError('state-file', `config.json: format: unknown format ${JSON.stringify(config.format)}`, {
    where: 'config.json',
    hint: `Known formats: ${Object.keys(revealSchemas).join(', ')}.`,
  })
}
