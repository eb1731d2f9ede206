import type { Round } from '../../engine/owner.ts'
import { attemptOf } from '../../rules/redo.ts'

/**
 * Part of the key of whatever is remembered: another attempt at a round asks anew, and does not find again what the one
 * before it was told. Nothing in a first attempt. Prompt images are no answers: they stay.
 */
export function again({ config, number, state }: Round): { again?: { of: string; round: number; attempt: number } } {
  const attempt = attemptOf(state)
  return attempt === 1 ? {} : { again: { of: config.name, round: number, attempt } }
}
