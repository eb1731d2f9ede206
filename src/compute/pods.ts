export type Generation =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly seconds: number }
  | { readonly ok: false; readonly fault: 'image' | 'infrastructure'; readonly detail: string }

/** One running copy of a miner's image. */
export interface Pod {
  readonly id: string
  /** `POST /generate` of the miner contract: one prompt image and the round's seed in, one model out. */
  generate(prompt: { name: string; image: Uint8Array }, seed: number, signal: AbortSignal): Promise<Generation>
  stop(): Promise<void>
}

export type PodStart =
  | { readonly ok: true; readonly pod: Pod }
  /** `image`: it does not start or never becomes healthy; `infrastructure`: nobody could be found to run it. */
  | { readonly ok: false; readonly fault: 'image' | 'infrastructure'; readonly detail: string }

/** Runs images: a local process, a container, a GPU cloud. */
export interface Pods {
  readonly id: string
  start(image: string, name: string, signal: AbortSignal): Promise<PodStart>
}
