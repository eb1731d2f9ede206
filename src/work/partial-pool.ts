import { NotGathered } from '../engine/not-gathered.ts'
import type { Settled, Task, Work, WorkPool } from '../engine/work-pool.ts'
import { describeTask, idOf } from './share.ts'

/** Does a part of the work and finds the rest, or says that it is not there. Keeps count of both. */
export class PartialPool implements WorkPool {
  readonly made: Task[] = []
  readonly failed: { readonly task: Task; readonly error: unknown }[] = []
  readonly #missing = new Map<string, Task>()
  readonly #here: WorkPool
  readonly #isMine: (task: Task) => boolean

  /** @param here does what is mine */
  constructor(here: WorkPool, isMine: (task: Task) => boolean) {
    this.#here = here
    this.#isMine = isMine
  }

  /** What was asked for, is not mine, and is not there; each once. */
  get missing(): readonly Task[] {
    return [...this.#missing.values()]
  }

  run<I, O>(
    inputs: readonly I[],
    work: (input: I, signal: AbortSignal) => Promise<O>,
    signal: AbortSignal,
  ): AsyncIterable<Settled<I, O>> {
    return this.#here.run(inputs, work, signal)
  }

  async gather<T>(task: Task, work: Work<T>, signal: AbortSignal): Promise<T> {
    const found = await work.find()
    if (found !== undefined) return found
    if (!this.#isMine(task)) {
      this.#missing.set(idOf(task), task)
      throw new NotGathered(describeTask(task))
    }
    try {
      const made = await this.#here.gather(task, work, signal)
      this.made.push(task)
      return made
    } catch (error) {
      if (!(error instanceof NotGathered)) this.failed.push({ task, error })
      throw error
    }
  }
}
