import { isError, RoundkeeperError } from '../errors.ts'
import { ownersOf } from '../rules/transitions.ts'
import type { Config } from '../state/config.ts'
import { files } from '../state/files.ts'
import type { Stage, State } from '../state/state.ts'
import { Batch, type Committer } from './batch.ts'
import { guard } from './guard.ts'
import type { Context, Owner, Waiting } from './owner.ts'
import { checkPermitted } from './permitted.ts'
import { runOwner } from './run-owner.ts'
import { Snapshot } from './snapshot.ts'

/** Lost races in a row, without any progress of our own, after which a run gives up. */
const MAX_CONFLICTS = 12
const CONFLICT_BACKOFF_MS = 250

export interface AdvanceOptions extends Committer {
  readonly context: Context
  readonly owners: readonly Owner[]
  /** Go on until nothing more can happen now; otherwise stop after the first stage that moved. */
  readonly untilIdle: boolean
}

export type AdvanceStatus = 'advanced' | 'idle' | 'late' | 'paused' | 'finished' | 'stopped' | 'failed'

export interface AdvanceReport {
  readonly status: AdvanceStatus
  readonly round: number
  readonly stage: Stage
  /** Message lines of the commits that this run made, oldest first. */
  readonly did: readonly string[]
  readonly commits: readonly string[]
  readonly waiting?: Waiting
  /** What went wrong, whatever else was achieved. */
  readonly errors: readonly unknown[]
}

/**
 * The tick: read head → ask the owners of the stage → commit what they decide, if the head still stands → again.
 * Level-triggered: however late, often or concurrently it runs, it does what state and block height allow, once.
 */
export async function advance(options: AdvanceOptions): Promise<AdvanceReport> {
  const { repo, context, owners, untilIdle } = options
  const { clock, signal } = context
  const did: string[] = []
  const commits: string[] = []
  let conflicts = 0

  for (;;) {
    const head = await repo.head()
    const snapshot = new Snapshot(repo, head)
    const state = await snapshot.read(files.state)
    const config = await snapshot.read(files.config)
    const report = (
      status: AdvanceStatus,
      errors: unknown[] = [],
      waiting?: Waiting,
      at: State = state,
    ): AdvanceReport => ({
      status,
      round: at.current_round,
      stage: at.stage,
      did,
      commits,
      errors,
      ...(waiting ? { waiting } : {}),
    })

    checkFormat(config, context.format.id)
    if (state.stage === 'paused' || state.stage === 'finished') return report(state.stage)
    if (signal.aborted) return report('stopped')
    const refusal = await mayBuildOn(options, head)
    if (refusal !== undefined) return report('failed', [refusal])

    const batch = new Batch(options, head)
    const round = { number: state.current_round, state, config, snapshot }
    const errors: unknown[] = []
    const waits: Waiting[] = []
    let progressed = false
    let movedOn = false
    try {
      for (const name of ownersOf(state.stage)) {
        const owner = owners.find((candidate) => candidate.name === name)
        if (owner === undefined) continue
        const result = await runOwner(owner, round, context, batch)
        progressed ||= result.progressed
        if (result.error !== undefined) errors.push(result.error)
        if (result.waiting !== undefined) waits.push(result.waiting)
        movedOn = result.movedOn
        if (movedOn || signal.aborted) break
      }
    } catch (error) {
      if (!isError(error, 'conflict')) throw error
      conflicts += batch.commits.length > 0 ? 0 : 1
      if (conflicts > MAX_CONFLICTS) throw error
      await clock.sleep(CONFLICT_BACKOFF_MS * conflicts * clock.random(), signal)
      continue
    } finally {
      did.push(...batch.subjects)
      commits.push(...batch.commits)
    }
    conflicts = 0

    const now = await snapshot.read(files.state)
    if (signal.aborted) return report('stopped', errors.filter(isNotAbort), undefined, now)
    if (movedOn && !untilIdle) return report('advanced', errors, undefined, now)
    if (movedOn || (progressed && errors.length === 0)) continue
    const waiting = mostUrgent(waits)
    if (errors.length > 0) return report('failed', errors, waiting, now)
    if (waiting?.due !== undefined && clock.now() > waiting.due) return report('late', [], waiting, now)
    return report(did.length > 0 ? 'advanced' : 'idle', [], waiting, now)
  }
}

/** Before any work is done: whether the history can be built on, and whether we may commit at all. */
async function mayBuildOn({ repo, by, context }: AdvanceOptions, head: string): Promise<unknown> {
  try {
    await guard(repo, head)
    await checkPermitted(repo, head, { ...by, at: context.clock.now() }, [files.state.path()])
  } catch (error) {
    if (isError(error, 'refused') || isError(error, 'unauthorised')) return error
    throw error
  }
}

/** Records of one format mean nothing to another. A configuration that names none leaves it to whoever runs it. */
function checkFormat({ format }: Config, played: string): void {
  if (format === undefined || format === played) return
  throw new RoundkeeperError('state-file', `config.json: format: ${JSON.stringify(format)} is not played here`, {
    where: 'config.json',
    hint: `This engine was started for ${played}: correct the field, or start an engine that knows the format.`,
  })
}

const isNotAbort = (error: unknown) =>
  !isError(error, 'aborted') && !(error instanceof Error && error.name === 'AbortError')

/** Of several things that we wait for, the one that is overdue or expected first. */
function mostUrgent(waits: readonly Waiting[]): Waiting | undefined {
  const when = (waiting: Waiting) => (waiting.due ?? waiting.eta)?.getTime() ?? Number.POSITIVE_INFINITY
  return [...waits].sort((a, b) => when(a) - when(b))[0]
}
