/** Does what ticks ask for by way of Redis, and leaves it in the competition's store. */
import type { Job, Worker } from 'bullmq'
import type { Task } from '../../engine/work-pool.ts'
import { isError } from '../../errors.ts'
import { masked } from '../../mask.ts'
import type { ObjectStore } from '../../store/object-store.ts'
import { connectionTo, QUEUE, type QueueAddress } from './queue.ts'
import { findTask } from './tasks.ts'

export interface WorkerOptions extends QueueAddress {
  readonly store: ObjectStore
  /** Pieces at once. */
  readonly concurrency: number
  /** After so long without a sign of life its pieces are given to others. */
  readonly lockMs: number
  /** How long it may go on with what it holds once it is told to stop. */
  readonly graceMs: number
  /** @throws `refused` for what is not done here; what may be retried elsewhere is retryable */
  readonly perform: (task: Task, signal: AbortSignal) => Promise<void>
  readonly tell: (event: WorkerEvent) => void
}

export type WorkerEvent =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done' | 'given-back'; readonly task: string; readonly id: string; readonly ms: number }
  | { readonly kind: 'failed' | 'refused'; readonly task: string; readonly id: string; readonly why: string }
  | { readonly kind: 'trouble'; readonly why: string }

/** Taken back from dead workers so often, a piece is left to whoever asked: it may be what kills them. */
const MAX_STALLED = 2

/** @returns once the signal is aborted, and what it held is done or given back @throws `usage` for no address */
export async function work(options: WorkerOptions, signal: AbortSignal): Promise<void> {
  const { prefix, concurrency, lockMs, graceMs, tell } = options
  // A Redis that is gone is tried for several times a second: that is said once.
  let wrong: string | undefined
  const trouble = ({ message }: Error) => {
    if (message !== wrong) tell({ kind: 'trouble', why: message })
    wrong = message
  }
  const well = () => {
    wrong = undefined
  }
  const { UnrecoverableError, WaitingError, Worker } = await import('bullmq')
  const grace = new AbortController()
  const process = async (job: Job, token: string | undefined, lost: AbortSignal | undefined) => {
    const [id, task] = [job.id ?? '', job.name]
    const began = performance.now()
    const about = { task: task.slice(0, 40), id: id.slice(0, 64) }
    const giveBack = async (): Promise<never> => {
      await job.moveToWait(token)
      throw new WaitingError()
    }
    // It was on its way when this worker was told to stop: nothing of it has begun.
    if (signal.aborted) return giveBack()
    try {
      const found = await findTask(options.store, id)
      if (found === undefined) throw new UnrecoverableError('the store of this worker knows of no such work')
      await options.perform(found, AbortSignal.any([grace.signal, ...(lost ? [lost] : [])]))
      tell({ kind: 'done', ...about, ms: Math.round(performance.now() - began) })
    } catch (error) {
      if (grace.signal.aborted) {
        tell({ kind: 'given-back', ...about, ms: Math.round(performance.now() - began) })
        return giveBack()
      }
      // Redis keeps it, stack and all, for whoever asked: not every error is one of ours, which are without secrets.
      const why = masked(error instanceof Error ? error.message : String(error)).slice(0, MAX_REASON)
      const isFinal = error instanceof UnrecoverableError || (isError(error) && !error.retryable)
      tell({ kind: isFinal ? 'refused' : 'failed', ...about, why })
      throw isFinal ? new UnrecoverableError(why) : new Error(why)
    }
  }
  const worker: Worker = new Worker(QUEUE, process, {
    ...{
      connection: connectionTo(options, true, signal),
      prefix,
      concurrency,
      lockDuration: lockMs,
      stalledInterval: lockMs,
    },
    maxStalledCount: MAX_STALLED,
  })
  worker.on('error', trouble)
  worker.on('active', well)
  worker.on('ready', () => {
    well()
    tell({ kind: 'ready' })
  })
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  const timer = setTimeout(() => grace.abort(), wrong === undefined ? graceMs : 0)
  // Where Redis is gone there is nobody to say goodbye to: what it held is taken back when its lock runs out.
  const late = new Promise((resolve) => setTimeout(resolve, wrong === undefined ? graceMs + END_MS : END_MS).unref())
  await Promise.race([worker.close(), late]).catch(trouble)
  await Promise.race([worker.close(true), late]).catch(trouble)
  clearTimeout(timer)
}

/** Of a failure. */
const MAX_REASON = 1_000
/** For the last words to Redis. */
const END_MS = 2_000
