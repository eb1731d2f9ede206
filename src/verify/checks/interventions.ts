import type { Check } from '../step.ts'

export const interventions = (): Check => ({ name: 'interventions', step() {} })
