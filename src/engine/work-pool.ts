/** Runs independent pieces of work side by side; results come in the order of the inputs. */
export interface WorkPool {
  /**
   * A failed piece does not stop the others: it is handed out as `error` in its turn.
   * Leaving the iteration early aborts what is still running.
   */
  run<I, O>(
    inputs: readonly I[],
    work: (input: I, signal: AbortSignal) => Promise<O>,
    signal: AbortSignal,
  ): AsyncIterable<Settled<I, O>>
}

export type Settled<I, O> =
  | { readonly input: I; readonly ok: true; readonly output: O }
  | { readonly input: I; readonly ok: false; readonly error: unknown }
