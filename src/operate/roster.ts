/**
 * Runs jobs when they are rung for: never two of the same at once, never beside one that they must be kept apart from, and
 * none is forgotten. Those that wait have their turn in the order in which they were rung for.
 */
import type { Clock } from '../engine/clock.ts'
import { isError, RoundkeeperError } from '../errors.ts'
import type { Ending, Job, JobEvent, JobName } from './job.ts'

export interface RosterOptions {
  readonly jobs: readonly Job[]
  readonly clock: Clock
  /** Up to which each run begins later than it was rung for, by chance: not all the world asks at the full minute. */
  readonly jitterMs: number
  /** For a job to stop once its time is over, before it counts as hung. */
  readonly graceMs: number
  /** Aborted when no job is to begin any more, and all that run are to stop in good order. */
  readonly signal: AbortSignal
  readonly tell: (event: JobEvent) => void
}

export type JobState = 'idle' | 'due' | 'running'

interface Place {
  readonly job: Job
  state: JobState
  /** It was rung for while it ran. */
  again: boolean
  end: Promise<void>
}

export class Roster {
  readonly #options: RosterOptions
  readonly #places: ReadonlyMap<JobName, Place>
  /** Those whose turn it is as soon as nobody is in their way. */
  readonly #queue: Place[] = []

  constructor(options: RosterOptions) {
    this.#options = options
    const place = (job: Job): Place => ({ job, state: 'idle', again: false, end: Promise.resolve() })
    this.#places = new Map(options.jobs.map((job) => [job.name, place(job)]))
  }

  stateOf(name: JobName): JobState | undefined {
    return this.#places.get(name)?.state
  }

  /** It is time for that job. However often that is said before it begins, it runs once. */
  ring(name: JobName, jitterMs: number = this.#options.jitterMs): void {
    const { clock, signal } = this.#options
    const place = this.#places.get(name)
    if (place === undefined || signal.aborted || place.state === 'due') return
    if (place.state === 'running') {
      if (!place.again) this.#tell({ kind: 'again', job: name, at: clock.now() })
      place.again = true
      return
    }
    place.state = 'due'
    const wait = jitterMs * clock.random()
    if (wait === 0) this.#enqueue(place)
    else
      clock.sleep(wait, signal).then(
        () => this.#enqueue(place),
        () => undefined,
      )
  }

  /** When nothing runs any more. */
  async settled(): Promise<void> {
    for (;;) {
      const running = [...this.#places.values()].filter(({ state }) => state === 'running')
      if (running.length === 0) return
      await Promise.all(running.map(({ end }) => end))
    }
  }

  #enqueue(place: Place): void {
    this.#queue.push(place)
    this.#begin()
  }

  #begin(): void {
    if (this.#options.signal.aborted) return
    for (const place of this.#queue.splice(0)) {
      const before = [...this.#running(), ...this.#queue]
      if (before.some((other) => areApart(place.job, other.job))) this.#queue.push(place)
      else {
        place.state = 'running'
        place.end = this.#run(place)
      }
    }
  }

  #running(): Place[] {
    return [...this.#places.values()].filter(({ state }) => state === 'running')
  }

  async #run(place: Place): Promise<void> {
    const { clock, signal } = this.#options
    const { name: job } = place.job
    const begun = clock.now()
    this.#tell({ kind: 'started', job, at: begun })
    const ending = await this.#end(place.job)
    const at = clock.now()
    this.#tell({ kind: 'ended', job, at, ms: Math.max(0, at.getTime() - begun.getTime()), ending })
    place.state = 'idle'
    if (place.again && !signal.aborted) {
      place.state = 'due'
      this.#queue.push(place)
    }
    place.again = false
    this.#begin()
  }

  async #end(job: Job): Promise<Ending> {
    const { signal } = this.#options
    const over = new AbortController()
    const ended = new AbortController()
    void this.#watch(job, over, ended.signal)
    const stop = AbortSignal.any([signal, over.signal])
    try {
      const outcome = await job.run(stop)
      const { errors = [] } = outcome
      if (errors.length > 0) return { kind: 'failed', errors, outcome }
      // Whoever stops in good order at the end of its time has done what it could.
      return { kind: signal.aborted ? 'stopped' : 'ok', outcome }
    } catch (error) {
      if (signal.aborted && isAbort(error)) return { kind: 'stopped' }
      return { kind: 'failed', errors: [over.signal.aborted && isAbort(error) ? outOfTime(job) : error] }
    } finally {
      ended.abort()
    }
  }

  /** Tells a job that takes too long to stop, and everybody if it does not. */
  async #watch({ name, limitMs }: Job, over: AbortController, ended: AbortSignal): Promise<void> {
    const { clock, graceMs } = this.#options
    try {
      await clock.sleep(limitMs, ended)
      this.#tell({ kind: 'over-time', job: name, at: clock.now(), limitMs })
      over.abort()
      await clock.sleep(graceMs, ended)
      this.#tell({ kind: 'hung', job: name, at: clock.now() })
    } catch {
      // It has ended.
    }
  }

  /** Whoever listens may fail (a disk is full, a reader is gone): no job is lost by that. */
  #tell(event: JobEvent): void {
    try {
      this.#options.tell(event)
    } catch {
      // There is nobody left to tell.
    }
  }
}

const areApart = (a: Job, b: Job) => a.apart.includes(b.name) || b.apart.includes(a.name)

const outOfTime = ({ name, limitMs }: Job) =>
  new RoundkeeperError('unavailable', `it did not come to its end within ${limitMs / 60_000} min`, {
    where: `serve.${name} in roundkeeper.json`,
    hint: 'Give it more time with `limit_minutes`, or see what it waits for.',
  })

const isAbort = (error: unknown) => isError(error, 'aborted') || (error instanceof Error && error.name === 'AbortError')
