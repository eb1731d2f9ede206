import type { FoundingProblem } from '../engine/founding-problems.ts'
import { RoundkeeperError } from '../errors.ts'
import type { RevealSchema } from '../rules/reveals.ts'
import type { Config } from '../state/config.ts'
import { foundingProblems } from './generation-3d/founding.ts'
import { revealSchema } from './generation-3d/reveal.ts'

export const DEFAULT_FORMAT = 'generation-3d'

/** What each known format accepts as a reveal. */
const revealSchemas: Readonly<Record<string, (config: Config) => RevealSchema>> = { [DEFAULT_FORMAT]: revealSchema }

export const isKnownFormat = (id: string) => Object.hasOwn(revealSchemas, id)

/** @throws RoundkeeperError `state-file` for a format that this version does not know */
export function revealSchemaOf(config: Config): RevealSchema {
  const schema = revealSchemas[config.format ?? DEFAULT_FORMAT]
  if (schema !== undefined) return schema(config)
  throw new RoundkeeperError('state-file', `config.json: format: unknown format ${JSON.stringify(config.format)}`, {
    where: 'config.json',
    hint: `Known formats: ${Object.keys(revealSchemas).join(', ')}.`,
  })
}

type FoundingCheck = (config: Config, pool: readonly string[]) => FoundingProblem[]
const foundingChecks: Readonly<Record<string, FoundingCheck>> = { [DEFAULT_FORMAT]: foundingProblems }

/** What the format of a new competition objects to; an unknown format is a problem too. */
export function foundingProblemsOf(config: Config, pool: readonly string[]): FoundingProblem[] {
  const format = config.format ?? DEFAULT_FORMAT
  if (Object.hasOwn(foundingChecks, format)) return foundingChecks[format]?.(config, pool) ?? []
  const known = Object.keys(foundingChecks).map((name) => JSON.stringify(name))
  const remedy = 'Name a format that this version plays, or leave the field out.'
  return [{ field: 'config.json: format', found: format, expected: known.join(' or '), remedy }]
}
