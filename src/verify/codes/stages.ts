import type { Codes } from './code.ts'

export const stages: Codes = {}
