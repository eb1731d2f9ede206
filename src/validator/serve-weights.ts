/** Turn after turn, until it is told to stop: sleeps until something can have changed, and gets over whatever goes wrong. */
import type { Clock } from '../engine/clock.ts'
import { isError } from '../errors.ts'
import { backoffMs, sleepMs } from './wake.ts'
import type { Turn } from './weights-turn.ts'

export type ServeEvent =
  /** Only what was not said before of the same epoch and the same head. */
  | { readonly kind: 'decision'; readonly at: Date; readonly turn: Turn; readonly wakeAt: Date }
  | {
      readonly kind: 'error'
      readonly at: Date
      readonly error: unknown
      readonly failures: number
      readonly wakeAt: Date
    }
  /** Every hour. */
  | ({ readonly kind: 'health'; readonly at: Date } & Health)

/** Since it was started. */
export interface Health {
  readonly turns: number
  readonly set: number
  /** In a row, up to now. */
  readonly failures: number
  /** Block of the last weights; null before the first. */
  readonly lastSetBlock: number | null
  /** The final block that was seen last. */
  readonly block: number | null
}

export interface ServeOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly tell: (event: ServeEvent) => void
}

const HEALTH_MS = 3_600_000

/** Returns when the signal aborts; a turn that is under way comes to its end first, or stops by itself. */
export async function serveWeights(turn: () => Promise<Turn>, { clock, signal, tell }: ServeOptions): Promise<void> {
  let health: Health = { turns: 0, set: 0, failures: 0, lastSetBlock: null, block: null }
  let said = ''
  let saidHealthAt = clock.now().getTime()
  while (!signal.aborted) {
    let sleep: number
    try {
      const done = await turn()
      const { plan, kind, submission, nextBlock } = done
      const block = plan.block.number
      health = { ...health, turns: health.turns + 1, failures: 0, block }
      if (submission !== undefined) health = { ...health, set: health.set + 1, lastSetBlock: submission.block }
      sleep = sleepMs(nextBlock === undefined ? undefined : nextBlock - block, plan.blockSeconds * 1000, clock.random())
      const saying = [kind, plan.head, plan.subnet.epochs.lastEpochBlock, plan.leader?.effective_block].join(' ')
      if (saying !== said) tell({ kind: 'decision', at: clock.now(), turn: done, wakeAt: after(sleep, clock) })
      said = saying
    } catch (error) {
      if (isError(error, 'aborted') || signal.aborted) return
      health = { ...health, turns: health.turns + 1, failures: health.failures + 1 }
      sleep = backoffMs(health.failures, clock.random())
      tell({ kind: 'error', at: clock.now(), error, failures: health.failures, wakeAt: after(sleep, clock) })
      said = ''
    }
    if (clock.now().getTime() - saidHealthAt >= HEALTH_MS) {
      saidHealthAt = clock.now().getTime()
      tell({ kind: 'health', at: clock.now(), ...health })
    }
    try {
      await clock.sleep(sleep, signal)
    } catch (error) {
      if (isError(error, 'aborted')) return
      throw error
    }
  }
}

const after = (ms: number, clock: Clock) => new Date(clock.now().getTime() + ms)
