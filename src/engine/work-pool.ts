/** Runs independent pieces of work side by side, here or on other machines. */
export interface WorkPool {
  /**
   * Results come in the order of the inputs. A failed piece does not stop the others: it is handed out as `error` in its
   * turn. Leaving the iteration early aborts what is still running.
   */
  run<I, O>(
    inputs: readonly I[],
    work: (input: I, signal: AbortSignal) => Promise<O>,
    signal: AbortSignal,
  ): AsyncIterable<Settled<I, O>>
  /**
   * One piece of costly work that another machine can do as well. Whoever does it leaves what it made in the store, under
   * the key of its inputs; what others say of it is never believed, only what is found there.
   * @throws NotGathered where others are to do it and have not; whatever `work` throws
   */
  gather<T>(task: Task, work: Work<T>, signal: AbortSignal): Promise<T>
}

export type Settled<I, O> =
  | { readonly input: I; readonly ok: true; readonly output: O }
  | { readonly input: I; readonly ok: false; readonly error: unknown }

/** What another machine has to know to do a piece of work; plain JSON. */
export interface Task {
  readonly kind: string
  /** Everything that the work depends on and the store does not hold. */
  readonly input: unknown
  /** Whose it is, e.g. a hotkey: all of one stays with one machine, whose bounds for one then hold. */
  readonly of?: string | undefined
}

export interface Work<T> {
  /** What the store holds of it, if anything. */
  find(): Promise<T | undefined>
  /** Does it here, unless the store holds it by then; leaves it there. */
  make(): Promise<T>
}
