/** An error as it is shown to others: what, where, and what to do, without secrets and without end. */
import { isError } from '../errors.ts'

export interface Told {
  readonly code: string
  readonly message: string
  readonly where?: string
  readonly hint?: string
}

const MAX_TEXT = 500

export function toldOf(error: unknown, mask: (text: string) => string): Told {
  const shown = (text: string) => mask(text).slice(0, MAX_TEXT)
  const message = shown(error instanceof Error ? error.message : String(error))
  if (!isError(error)) return { code: 'internal', message }
  const { code, where, hint } = error
  return { code, message, ...(where && { where: shown(where) }), ...(hint && { hint: shown(hint) }) }
}
