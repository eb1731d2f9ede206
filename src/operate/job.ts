/** What `serve` does by the clock, and what becomes of it. */

/** In the order in which they are shown. */
export const jobNames = ['advance', 'weights', 'verify', 'reap', 'publish'] as const
export type JobName = (typeof jobNames)[number]

export interface Job {
  readonly name: JobName
  /** After which it is told to stop in good order; what it did is kept, and the next run goes on. */
  readonly limitMs: number
  /** Jobs that must never run beside it. */
  readonly apart: readonly JobName[]
  /** @throws whatever goes wrong: it is told, and tried again at its next time */
  run(signal: AbortSignal): Promise<Outcome>
}

export interface Outcome {
  /** What it did, in a line. */
  readonly said: string
  /** The same as data, for logs. */
  readonly fields?: Readonly<Record<string, unknown>>
  /** Nothing that people need to hear of. */
  readonly quiet?: boolean
  /** What went wrong all the same; with any of them the run failed. */
  readonly errors?: readonly unknown[]
}

/** How a run ended. `stopped`: with everything else, because the process ends. */
export type Ending =
  | { readonly kind: 'ok'; readonly outcome: Outcome }
  | { readonly kind: 'failed'; readonly errors: readonly unknown[]; readonly outcome?: Outcome }
  | { readonly kind: 'stopped'; readonly outcome?: Outcome }

export type JobEvent =
  | { readonly kind: 'started'; readonly job: JobName; readonly at: Date }
  | { readonly kind: 'ended'; readonly job: JobName; readonly at: Date; readonly ms: number; readonly ending: Ending }
  /** It was time again while it ran: it will once more, as soon as it can. */
  | { readonly kind: 'again'; readonly job: JobName; readonly at: Date }
  /** Its time is over, and it was told to stop. */
  | { readonly kind: 'over-time'; readonly job: JobName; readonly at: Date; readonly limitMs: number }
  /** It was told to stop, and does not. */
  | { readonly kind: 'hung'; readonly job: JobName; readonly at: Date }
