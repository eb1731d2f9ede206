/** Lets workers do what they can, by way of a queue in Redis; does here what nobody does there. */
import pLimit, { type LimitFunction } from 'p-limit'
import { InProcessPool } from '../../engine/in-process-pool.ts'
import type { Settled, Task, Work, WorkPool } from '../../engine/work-pool.ts'
import { RoundkeeperError } from '../../errors.ts'
import type { ObjectStore } from '../../store/object-store.ts'
import { Slots } from '../slots.ts'
import { nameOf } from './address.ts'
import { type LineOptions, TaskLine } from './line.ts'
import { keepTask } from './tasks.ts'

export interface RedisPoolOptions extends LineOptions {
  /** Where workers find what is asked for, and leave what they made. */
  readonly store: ObjectStore
  /** What workers can do, most urgent first. */
  readonly kinds: readonly string[]
  /** Pieces at once in this process. */
  readonly here: number
  /** How many may be asked for at a time. */
  readonly ahead: number
}

/** Of a queue that forgets what it is asked. */
const MAX_ASKED = 3

export class RedisPool implements WorkPool, AsyncDisposable {
  readonly #options: RedisPoolOptions
  readonly #line: TaskLine
  readonly #slots: Slots
  readonly #wide: InProcessPool
  readonly #room: LimitFunction

  /** @throws `usage` for what is no address */
  constructor(options: RedisPoolOptions) {
    nameOf(options.url)
    this.#options = options
    this.#line = new TaskLine(options)
    this.#slots = new Slots(options.here)
    this.#wide = new InProcessPool(options.here + options.ahead)
    this.#room = pLimit(options.ahead)
  }

  /** As many as are bounded here, and besides those that only wait for workers. */
  run<I, O>(
    inputs: readonly I[],
    work: (input: I, signal: AbortSignal) => Promise<O>,
    signal: AbortSignal,
  ): AsyncIterable<Settled<I, O>> {
    const begin = async (input: I, stop: AbortSignal) => {
      if (stop.aborted) throw new RoundkeeperError('aborted', 'stopped before it began', { cause: stop.reason })
      return work(input, stop)
    }
    return this.#wide.run(inputs, (input, stop) => this.#slots.hold(() => begin(input, stop)), signal)
  }

  async gather<T>(task: Task, { find, make }: Work<T>, signal: AbortSignal): Promise<T> {
    const priority = this.#options.kinds.indexOf(task.kind) + 1
    if (priority === 0) return make()
    const found = (await find()) ?? (await this.#slots.lend(() => this.#ask(task, priority, find, signal)))
    return found ?? make()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#line[Symbol.asyncDispose]()
  }

  #ask<T>(
    task: Task,
    priority: number,
    find: () => Promise<T | undefined>,
    signal: AbortSignal,
  ): Promise<T | undefined> {
    return this.#room(async () => {
      const id = await keepTask(this.#options.store, task)
      for (let asked = 1; ; asked++) {
        const answer = await this.#line.ask(id, task.kind, priority, signal)
        const found = await find()
        if (found !== undefined || answer !== 'forgotten' || asked === MAX_ASKED) return found
      }
    })
  }
}
