/** One tick of an operator, with everything that belongs to it: how `advance`, `serve` and whoever else wakes up enter. */
import { owners } from '../../stages/index.ts'
import { type AdvanceReport, advance } from '../engine/advance.ts'
import type { Progress } from '../engine/owner.ts'
import { ENGINE } from '../version.ts'
import { PartialPool } from '../work/partial-pool.ts'
import { patient } from '../work/patient-owner.ts'
import type { Operator } from './operator.ts'

export interface TickOptions {
  /** Go on until nothing more can happen now; otherwise one stage. */
  readonly untilIdle: boolean
  /** Aborted when the tick should stop in good order. */
  readonly signal: AbortSignal
  /** Name of this run, recorded in every commit. */
  readonly run: string
  /** Asks no host of miners and reads nothing of theirs: what is not gathered yet is waited for. */
  readonly gatheredOnly?: boolean | undefined
  readonly progress?: (event: Progress) => void
}

/** @throws as `advance` */
export async function tick(operator: Operator, options: TickOptions): Promise<AdvanceReport> {
  const { untilIdle, signal, run, gatheredOnly = false, progress = () => undefined } = options
  const { repo, clock, settings, chain, format, codeHost } = operator
  const pool = gatheredOnly ? new PartialPool(operator.pool, () => false) : operator.pool
  return advance({
    repo,
    clock,
    by: await operator.engine(),
    run,
    engine: ENGINE,
    commitEveryMs: settings.commit_every_seconds * 1000,
    owners: gatheredOnly ? owners.map(patient) : owners,
    untilIdle,
    context: { chain, clock, pool, format, codeHost, signal, progress },
  })
}
