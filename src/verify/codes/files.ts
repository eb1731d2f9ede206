import type { Codes } from './code.ts'

export const files: Codes = {}
