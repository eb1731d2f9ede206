import type { Codes } from './code.ts'

export const appendOnly: Codes = {}
