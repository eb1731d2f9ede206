/** How patiently an image is asked about a batch; where nobody says otherwise, as the original asks. */
export interface BatchPauses {
  /** How often a batch is sent until it is taken. */
  readonly tries: number
  /** Before the try after the n-th, from 1; also between tries to fetch the results. */
  retryMs(tries: number): number
  /** Between two looks at how far it is. */
  lookEveryMs(elapsedMs: number): number
  /** So long it may say nothing that makes sense. */
  readonly unreachableMs: number
  /** For one question. */
  readonly questionMs: number
  /** Between two pieces of the results. */
  readonly idleMs: number
}

const SECOND = 1000

export const PAUSES: BatchPauses = {
  tries: 5,
  retryMs: (tries) => Math.min(2 ** tries, 30) * SECOND,
  // Small batches are not to look slower than they are.
  lookEveryMs: (elapsedMs) => Math.min(Math.max(elapsedMs / 20, SECOND), 10 * SECOND),
  unreachableMs: 180 * SECOND,
  questionMs: 30 * SECOND,
  idleMs: 180 * SECOND,
}
