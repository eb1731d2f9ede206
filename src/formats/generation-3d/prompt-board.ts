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

/** What may be asked for in one request. */
export interface Together<T> {
  readonly most: number
  alike(a: T, b: T): boolean
  /** Whether who has answered, in whatever way, says the same when asked once more. */
  readonly repeats: boolean
}

const ALONE: Together<unknown> = { most: 1, alike: () => true, repeats: false }

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
  readonly #together: Together<T>
  #changed = Promise.withResolvers<void>()

  constructor(entries: readonly BoardEntry<T, A>[], limits: RetryLimits, together: Together<T> = ALONE) {
    this.entries = entries
    this.#limits = limits
    this.#together = together
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

  /**
   * Something for a pod; `wait`: what others are at may leave it something; `spent`: what is left, only pods can be asked that
   * have not answered it yet, and there are none; undefined: nothing any more.
   */
  take(asker: Asker): BoardEntry<T, A>[] | 'wait' | 'spent' | undefined {
    if (this.hopeless) return undefined
    const open = this.#open
    const first = this.#nextFor(asker, open)
    if (first === undefined) return this.#isAnyBusy ? 'wait' : this.#isSpent(asker, open)
    const taken: BoardEntry<T, A>[] = []
    const { most, alike } = this.#together
    const rest = open.filter(({ task }) => alike(first.task, task))
    for (let next: typeof first | undefined = first; next !== undefined; next = this.#nextFor(asker, rest)) {
      next.busy = true
      next.touched.add(asker.podId)
      taken.push(next)
      if (taken.length === most) break
    }
    return taken
  }

  #nextFor({ podId, retries, others }: Asker, open: readonly BoardEntry<T, A>[]): BoardEntry<T, A> | undefined {
    const free = open.filter((entry) => !entry.busy && !this.#knows(podId, entry))
    return (
      free.find(({ attempts, touched }) => attempts.length === 0 || (retries && !touched.has(podId))) ??
      free.find(({ touched }) => others.every((other) => touched.has(other)))
    )
  }

  /** Whoever has made a model may have kept it: to ask once more would take no time. */
  #knows(podId: string, { attempts }: BoardEntry<T, A>): boolean {
    return attempts.some(
      (attempt) => attempt.podId === podId && (this.#together.repeats || attempt.seconds !== undefined),
    )
  }

  #isSpent({ podId, others }: Asker, open: readonly BoardEntry<T, A>[]): 'wait' | 'spent' | undefined {
    if (open.length === 0) return undefined
    const isFor = (entry: BoardEntry<T, A>) => [podId, ...others].some((pod) => !this.#knows(pod, entry))
    return open.some(isFor) ? 'wait' : 'spent'
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
