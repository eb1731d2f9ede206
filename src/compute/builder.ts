import type { Build } from '../state/builds.ts'

export interface BuildResult {
  readonly status: Build['status']
  /** Full image reference when `status` is `success`. */
  readonly image: string | null
}

/** Turns the code that a miner committed to into something that runs. */
export interface Builder {
  /** Answers at once with what is known; the caller asks again while it is `pending` or `in_progress`. */
  build(
    source: { repo: string; commit: string; tag: string; hotkey: string },
    signal: AbortSignal,
  ): Promise<BuildResult>
}
