import type { Codes } from './code.ts'

export const evidence: Codes = {}
