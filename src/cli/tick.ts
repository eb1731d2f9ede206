/** One tick of an operator, with everything that belongs to it: how `advance`, `serve` and whoever else wakes up enter. */
import { owners } from '../../stages/index.ts'
import { type AdvanceReport, advance } from '../engine/advance.ts'
import type { Progress } from '../engine/owner.ts'
import { type Told, tellAll } from '../notify/tell.ts'
import type { Outcome } from '../notify/troubles.ts'
import { ENGINE } from '../version.ts'
import { PartialPool } from '../work/partial-pool.ts'
import { patient } from '../work/patient-owner.ts'
import type { Operator } from './operator.ts'
import { audienceOf } from './operator-audience.ts'
import { herePool } from './operator-pool.ts'

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
  /** Of whoever could not be told. */
  readonly warn?: (listener: string, error: unknown) => void
}

export interface TickReport extends AdvanceReport {
  readonly told: Told
}

/** Tells those who want to hear of it, whatever became of it: that takes seconds at most, and fails nothing. @throws as `advance` */
export async function tick(operator: Operator, options: TickOptions): Promise<TickReport> {
  let outcome: Outcome
  try {
    outcome = { report: await step(operator, options) }
  } catch (error) {
    if (options.signal.aborted) throw error
    outcome = { error }
  }
  const told = await tellOf(operator, outcome, options)
  if (outcome.report === undefined) throw outcome.error
  return { ...outcome.report, told }
}

async function tellOf(operator: Operator, outcome: Outcome, { warn = () => undefined }: TickOptions): Promise<Told> {
  const audience = audienceOf(operator)
  const { notices, problems } = await tellAll(outcome, audience)
  const all = [...audience.missing, ...problems]
  for (const { listener, error } of all) warn(listener, error)
  return { notices, problems: all }
}

async function step(operator: Operator, options: TickOptions): Promise<AdvanceReport> {
  const { untilIdle, signal, run, gatheredOnly = false, progress = () => undefined } = options
  const { repo, clock, settings, chain, format, codeHost } = operator
  const pool = gatheredOnly ? new PartialPool(herePool(settings), () => false) : operator.pool
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
