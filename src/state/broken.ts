import { type ErrorDetails, RoundkeeperError } from '../errors.ts'
import { MAX_LISTED_PROBLEMS } from './limits.ts'

/** The one error about a malformed file: every problem of it, up to a limit, and where its format is described. */
export function broken(name: string, path: string, problems: readonly string[], details: ErrorDetails = {}) {
  const rest = problems.length - MAX_LISTED_PROBLEMS
  const listed = [...problems.slice(0, MAX_LISTED_PROBLEMS), ...(rest > 0 ? [`and ${rest} more`] : [])]
  return new RoundkeeperError('state-file', `${path}: ${listed.join('; ')}`, {
    where: path,
    hint: `Correct ${path} by its schema, docs/schemas/${name}.schema.json, and commit it.`,
    ...details,
  })
}

/** The other side: a value of ours that would not be read back as it was written. */
export function unwritable(where: string, found: unknown, expected: string): RoundkeeperError {
  return new RoundkeeperError('state-file', `cannot write ${where}: found ${show(found)}, expected ${expected}`, {
    where,
    hint: `What a field may hold is in docs/schemas/${where.split('.')[0]}.schema.json.`,
  })
}

const MAX_SHOWN = 80

/** A value as a person reads it in an error. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object' && value !== null && !('rawJSON' in value)) return 'an object'
  return shortened(typeof value === 'number' ? String(value) : JSON.stringify(value))
}

export const shortened = (text: string) => (text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text)
