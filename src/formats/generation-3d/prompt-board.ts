/** What is still to be asked of an image, shared by several pods: who has which prompt, and what came of it. */
import { type Attempt, isHopeless, openPrompts, type RetryLimits } from '../../rules/retries.ts'

export class BoardEntry<T, A extends Attempt = Attempt> {
  readonly task: T
  readonly attempts: A[] = []
  /** Pods that were given it. */
  readonly touched = new Set<string>()
  /** Of the pods that were lost over it, through nobody's fault that could be told: their providers. */
  readonly breaks: string[] = []
  busy = false

  constructor(task: T, attempts: readonly A[] = []) {
    this.task = task
    this.attempts.push(...attempts)
  }
}

export interface Asker {
  readonly podId: string
  /** Whether it is given what others have tried. */
  readonly retries: boolean
  /** Pods beside it that could try a prompt again. */
  readonly others: readonly string[]
}

export class PromptBoard<T, A extends Attempt = Attempt> {
  readonly entries: readonly BoardEntry<T, A>[]
  readonly #limits: RetryLimits
  #changed = Promise.withResolvers<void>()

  constructor(entries: readonly BoardEntry<T, A>[], limits: RetryLimits) {
    this.entries = entries
    this.#limits = limits
  }

  /** It cannot end well any more. */
  get hopeless(): boolean {
    return isHopeless(this.entries, this.#limits)
  }

  /** Nothing is left to do, or nothing that would change anything. */
  get done(): boolean {
    return this.hopeless || this.#open.length === 0
  }

  get hasFree(): boolean {
    return !this.hopeless && this.#open.some(({ busy }) => !busy)
  }

  get answered(): number {
    return this.entries.filter(({ attempts }) => attempts.length > 0).length
  }

  /** Something for a pod; `wait`: what others are at may leave it something; undefined: nothing any more. */
  take({ podId, retries, others }: Asker): BoardEntry<T, A> | 'wait' | undefined {
    if (this.hopeless) return undefined
    const open = this.#open
    const free = open.filter(({ busy }) => !busy)
    const entry =
      free.find(({ attempts, touched }) => attempts.length === 0 || (retries && !touched.has(podId))) ??
      free.find(({ touched }) => others.every((other) => touched.has(other)))
    if (entry === undefined) return open.length === 0 && !this.#isAnyBusy ? undefined : 'wait'
    entry.busy = true
    entry.touched.add(podId)
    return entry
  }

  record(entry: BoardEntry<T, A>, attempt: A): void {
    entry.attempts.push(attempt)
    this.giveBack(entry)
  }

  giveBack(entry: BoardEntry<T, A>): void {
    entry.busy = false
    this.wake()
  }

  /** For whoever waits to look again. */
  wake(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
  }

  get changed(): Promise<void> {
    return this.#changed.promise
  }

  get #open(): BoardEntry<T, A>[] {
    return openPrompts(this.entries, this.#limits)
  }

  get #isAnyBusy(): boolean {
    return this.entries.some(({ busy }) => busy)
  }
}
