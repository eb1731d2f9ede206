/** How many pieces of work this machine does at once. */
import { availableParallelism } from 'node:os'
import { InProcessPool } from '../engine/in-process-pool.ts'
import { duelsAtOnce } from './operator-judge.ts'
import type { OperatorSettings } from './operator-settings.ts'

export const atOnce = ({ judge }: Pick<OperatorSettings, 'judge'>): number =>
  Math.max(2, availableParallelism(), duelsAtOnce(judge))

export const herePool = (settings: Pick<OperatorSettings, 'judge'>): InProcessPool =>
  new InProcessPool(atOnce(settings))
