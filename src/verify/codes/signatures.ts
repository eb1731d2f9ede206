import type { Codes } from './code.ts'

export const signatures: Codes = {}
