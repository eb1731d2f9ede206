import type { Results } from './batch/results-archive.ts'

/** How an image is asked: for one model a request, or for many, which come as one archive. */
export type Contract = 'single' | 'batch'

export type Generation =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly seconds: number }
  | {
      readonly ok: false
      readonly fault: 'image' | 'infrastructure'
      readonly detail: string
      /** Of the HTTP answer, where that was what was wrong. */
      readonly status?: number
      /** The image has ended: this pod answers nothing any more. */
      readonly lost?: boolean
      /** It was so before this was asked, about which nothing is said. */
      readonly unasked?: boolean
      /** No answer came in time. */
      readonly stalled?: boolean
      /** `infrastructure` for all that the provider says, and perhaps the image all the same: it says that the pod runs. */
      readonly unclear?: boolean
    }

/** What an image that makes many models at a time is asked for. */
export interface Batch {
  /** Where their pictures are; the image fetches them itself. */
  readonly prompts: readonly { readonly stem: string; readonly url: string }[]
  readonly seed: number
  /** What models are called after their stems, without the dot. */
  readonly extensions: readonly string[]
  readonly maxModelBytes: number
  /** From the request to the last byte of the results. */
  readonly maxSeconds: number
  /** Whether folders in front of names are overlooked. */
  readonly folders?: boolean
  /** How many pods may still be started for it; told to the image. */
  readonly replacements?: () => number
  /** How many are made, as the image says. */
  readonly progress?: (done: number) => void
}

export type BatchFailure = Extract<Generation, { ok: false }> & {
  /** Since it was asked for. */
  readonly seconds: number
  /** The image wants to run on another machine. */
  readonly requested?: boolean
}

export type BatchGeneration =
  /** `seconds`: from the request to the last byte. The results are the caller's to dispose of. */
  { readonly ok: true; readonly seconds: number; readonly results: Results } | BatchFailure

/** One running copy of a miner's image. */
export interface Pod {
  readonly id: string
  /** `POST /generate` of the miner contract: one prompt image and the round's seed in, one model out. */
  generate(prompt: { name: string; image: Uint8Array }, seed: number, signal: AbortSignal): Promise<Generation>
  /** The batch interface, where it was started for that. @throws `aborted`; `unavailable` when our own disk fails */
  generateBatch?(batch: Batch, signal: AbortSignal): Promise<BatchGeneration>
  stop(): Promise<void>
  /** Where its container runs, for the record. */
  readonly provider?: string
  /** What listens in it, and what every request to it needs; secret. */
  readonly endpoint?: { readonly url: string; readonly headers: Readonly<Record<string, string>> }
}

/** Whose a pod is, so that nobody else ever stops it, and we always do. */
export interface PodOwner {
  /** The same for every run of a competition, and for no other one. */
  readonly competition: string
  readonly round: number
}

export interface Reaped {
  readonly stopped: readonly { readonly provider: string; readonly name: string; readonly why: string }[]
  /** What could not be looked through or stopped: there may still be pods that cost money. */
  readonly failures: readonly string[]
}

export type PodStart =
  | { readonly ok: true; readonly pod: Pod }
  /** `image`: it does not start or never becomes healthy; `infrastructure`: nobody could be found to run it. */
  | { readonly ok: false; readonly fault: 'image' | 'infrastructure'; readonly detail: string }

/** Runs images: a local process, a container, a GPU cloud. */
export interface Pods {
  readonly id: string
  /** @param name `<hotkey>-<index>`: pods of one miner begin with different providers, by their index */
  start(image: string, name: string, signal: AbortSignal, owner?: PodOwner, contract?: Contract): Promise<PodStart>
  /** Stops what is the owner's and that nobody uses: of a run or a round that is over, or past its lifetime. */
  reap?(owner: PodOwner, signal: AbortSignal): Promise<Reaped>
}
