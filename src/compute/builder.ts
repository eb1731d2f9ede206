import type { Build } from '../state/builds.ts'

export interface BuildSource {
  readonly repo: string
  readonly commit: string
  /** `{commit[0:7]}-{name of the competition}-{round}` */
  readonly tag: string
  readonly hotkey: string
  readonly round: number
}

export interface BuildResult {
  readonly status: Build['status']
  /** Full image reference when `status` is `success`. */
  readonly image: string | null
  /** Of the image's manifest, `sha256:…`, where it lies in a registry: what is run. */
  readonly digest?: string
  readonly logUrl?: string
  /** Why it is as it is, for people; the same as long as nothing changes. */
  readonly detail?: string
  /** It is not the doing of the miner's code, so that another look may say otherwise. What was not found always is so. */
  readonly provisional?: boolean
}

/** Turns the code that a miner committed to into something that runs. */
export interface Builder {
  /**
   * Answers at once with what is known; the caller asks again while it is `pending` or `in_progress`.
   * @throws `unavailable` and the like when nothing can be known now: a failure of ours, never of the miner's
   */
  build(source: BuildSource, signal: AbortSignal): Promise<BuildResult>
}
