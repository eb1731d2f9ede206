import type { RevealField, RevealSchema } from '../../../src/rules/reveals.ts'

const MAX_GUESS_LENGTH = 400

const guess: RevealField = {
  check: (value) =>
    typeof value === 'string' && value.length <= MAX_GUESS_LENGTH
      ? { ok: true, value }
      : { ok: false, reason: `expected up to ${MAX_GUESS_LENGTH} characters` },
}

/** A reveal is a guess; what somebody else guessed before does not count again. */
export const revealSchema: RevealSchema = {
  fields: { guess },
  priority: 'guess',
  identity: ['guess'],
}
