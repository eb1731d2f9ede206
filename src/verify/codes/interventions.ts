import type { Codes } from './code.ts'

export const interventions: Codes = {}
