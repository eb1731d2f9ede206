import type { Owner } from '../src/engine/owner.ts'
import { auditor } from './auditor.ts'
import { collector } from './collector/index.ts'
import { judge } from './judge.ts'
import { roundManager } from './round-manager.ts'

/** The owners of all stages; which of them acts in which stage, and in what order, is a rule. */
export const owners: readonly Owner[] = [collector, auditor, judge, roundManager]
