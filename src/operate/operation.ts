/** A competition that is operated by one process: its jobs by their schedules, told to whoever asks, until it is to end. */
import type { Clock } from '../engine/clock.ts'
import type { Alarms } from './alarms.ts'
import type { Timetable } from './cron.ts'
import { type Ending, type Job, type JobEvent, type JobName, jobNames } from './job.ts'
import type { Log } from './log.ts'
import { Roster } from './roster.ts'
import type { RunBook } from './run-book.ts'

export interface Scheduled {
  readonly job: Job
  readonly timetable: Timetable
}

export interface OperationOptions {
  /** Those that are not switched off. */
  readonly scheduled: readonly Scheduled[]
  readonly alarms: Alarms
  readonly clock: Clock
  readonly book: RunBook
  readonly log: Log
  readonly jitterMs: number
  /** For a job that was told to stop, before the process is given up. */
  readonly graceMs: number
  /** Aborted when it is to end, in good order. */
  readonly signal: AbortSignal
  readonly onEvent: (event: JobEvent) => void
  /** A job does not stop: it would keep its place for ever, and only a new process can help. */
  readonly giveUp: (job: JobName) => void
}

export type JobStatus = ReturnType<Operation['jobStatus']>

export class Operation {
  readonly #options: OperationOptions
  readonly #roster: Roster

  constructor(options: OperationOptions) {
    this.#options = options
    const { scheduled, clock, jitterMs, graceMs, signal } = options
    const jobs = scheduled.map(({ job }) => job)
    this.#roster = new Roster({ jobs, clock, jitterMs, graceMs, signal, tell: (event) => this.#hear(event) })
  }

  get jobs(): readonly JobName[] {
    return jobNames.filter((name) => this.#of(name) !== undefined)
  }

  /** Sets the alarms; what was missed while nobody served is made up, once. */
  begin(): void {
    const { scheduled, alarms, clock, book } = this.#options
    for (const { job, timetable } of scheduled) {
      alarms.set(timetable, () => this.#roster.ring(job.name))
      const { started } = book.of(job.name)
      const missed = started !== null && isPast(timetable.next(new Date(started)), clock.now())
      // To advance does no harm at any time, and who starts a server waits for it.
      if (missed || job.name === 'advance') this.#roster.ring(job.name, 0)
    }
  }

  /** Each job once, now, instead of by schedule. */
  async once(): Promise<void> {
    for (const name of this.jobs) {
      this.#roster.ring(name, 0)
      await this.#roster.settled()
    }
    await this.#options.book.settled()
  }

  /** When it was told to end and nothing runs any more. */
  async ended(): Promise<void> {
    const { signal, alarms, book } = this.#options
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    alarms[Symbol.dispose]()
    await this.#roster.settled()
    await book.settled()
  }

  isRunning(name: JobName): boolean {
    return this.#roster.stateOf(name) === 'running'
  }

  next(name: JobName): Date | undefined {
    return this.#of(name)?.timetable.next(this.#options.clock.now())
  }

  /** @returns null for one that is switched off */
  jobStatus(name: JobName) {
    const scheduled = this.#of(name)
    if (scheduled === undefined) return null
    const { started, ended, succeeded, failures, said, error } = this.#options.book.of(name)
    return {
      schedule: scheduled.timetable.expression,
      state: this.#roster.stateOf(name) ?? 'idle',
      next_at: this.next(name)?.toISOString() ?? null,
      last: { started_at: started, ended_at: ended, succeeded_at: succeeded, said, error },
      failures_in_a_row: failures,
    }
  }

  #of(name: JobName): Scheduled | undefined {
    return this.#options.scheduled.find(({ job }) => job.name === name)
  }

  #hear(event: JobEvent): void {
    const { book, onEvent, giveUp } = this.#options
    book.note(event)
    onEvent(event)
    this.#log(event)
    if (event.kind === 'hung') giveUp(event.job)
  }

  #log(event: JobEvent): void {
    const log = this.#options.log.child({ job: event.job })
    if (event.kind === 'started') log.debug('started')
    else if (event.kind === 'again') log.debug('due again while it runs: once more after that')
    else if (event.kind === 'over-time') log.warn(`told to stop: ${event.limitMs / 60_000} min are over`)
    else if (event.kind === 'hung') log.error('it does not stop, and keeps its place')
    else logEnding(log, event)
  }
}

function logEnding(log: Log, { ms, ending }: JobEvent & { readonly kind: 'ended' }): void {
  const fields = { ms, ...ending.outcome?.fields }
  if (ending.kind === 'failed')
    for (const error of ending.errors) log.error({ ...fields, error }, 'failed, to be tried again')
  else log[ending.outcome?.quiet ? 'debug' : 'info'](fields, saidOf(ending))
}

const isPast = (date: Date | undefined, now: Date) => date !== undefined && date <= now

function saidOf(ending: Exclude<Ending, { kind: 'failed' }>): string {
  const said = ending.outcome?.said
  if (ending.kind === 'ok') return said ?? 'done'
  return said === undefined ? 'stopped in good order' : `stopped in good order; ${said}`
}
