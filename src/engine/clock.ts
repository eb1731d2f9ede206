/** Time and chance, as the engine sees them; virtual in tests and simulations. */
export interface Clock {
  now(): Date
  /** Resolves after `ms`, or rejects when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** Uniform in [0, 1): for jitter only, never for a decision. */
  random(): number
}
