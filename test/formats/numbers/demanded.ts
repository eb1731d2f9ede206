/**
 * Fields that the common files demand of every format although only code that is built and run has them. This format
 * has no use for them: they are empty where we write them, and anything where a miner has to.
 */
import type { RevealField } from '../../../src/rules/reveals.ts'

const anything: RevealField = {
  check: (value) => (typeof value === 'string' ? { ok: true, value } : { ok: false, reason: 'expected a string' }),
}

export const demanded = {
  reveal: { repo: anything, commit: anything, cdn_url: anything },
  leader: { repo: '', commit: '', docker: '' },
  winner: { repo: '', commit: '', docker_image: '' },
}
