import type { Check } from '../step.ts'
import { seed } from './seed.ts'

/** Every decision, taken again at the commit that made it, from what was on record then. */
export const decisions = (): Check[] => [seed()]
