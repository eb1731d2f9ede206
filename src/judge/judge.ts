export type Outcome = 'left' | 'right' | 'draw'

export interface Side {
  /** SHA-256 of the model that the preview shows. */
  readonly modelSha256: string
  readonly modelUrl: string
  /** The 2×2 preview. */
  readonly png: Uint8Array
  /** Where that preview is published, for judges that fetch pictures themselves. */
  readonly pngUrl?: string
}

/** One duel: which side answers the prompt better? The judge is not told whose side is whose. */
export interface Question {
  readonly seed: number
  readonly prompt: { readonly name: string; readonly url: string; readonly image: Uint8Array }
  readonly left: Side
  readonly right: Side
  /** How often the whole match was taken up again for want of valid answers; absent: never. Void answers are asked for anew. */
  readonly retry?: number
}

/** What a judge said in the two orders of a mirrored pair, each alone: the left side shown first, then the right one. */
export type Pair = readonly [leftFirst: Outcome, rightFirst: Outcome]

export type Verdict =
  | {
      readonly kind: 'decided'
      readonly winner: Outcome
      /** One or two sentences for people. */
      readonly issues: string
      /** Everything that the verdict follows from, as JSON: raw answers, distances, model and version. */
      readonly transcript: unknown
      /** Of judges that ask in both orders. */
      readonly pair?: Pair
    }
  | {
      /** No verdict, and nobody's loss. */
      readonly kind: 'void'
      readonly cause: string
      /** What was answered instead: with it the void can go on record. Without it the duel is to be asked about again. */
      readonly transcript?: unknown
    }

/**
 * What was answered before to the same call, or what `ask` answers now, which is then kept.
 * @param call everything that the answer depends on, as JSON
 */
export type Recall = <T>(call: unknown, ask: () => Promise<T>) => Promise<T>

export interface Judge {
  /** Name and version, recorded with every match. */
  readonly id: string
  /** Whether the same question has the same answer, always and everywhere: then one that does not is false. */
  readonly deterministic: boolean
  /** What its id is a digest of, as JSON, where it is one; for publication. */
  readonly identity?: unknown
  /**
   * @param recall keeps single answers of a judge that asks more than once, so that a crash between two costs neither
   * @throws `aborted`; `unavailable`, `unauthorised` when nobody can be asked at all
   */
  judge(question: Question, signal: AbortSignal, recall?: Recall): Promise<Verdict>
}
