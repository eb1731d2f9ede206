import type { Check } from '../step.ts'

export const appendOnly = (): Check => ({ name: 'append-only', step() {} })
