import type { Check } from '../step.ts'

export const paths = (): Check => ({ name: 'paths', step() {} })
