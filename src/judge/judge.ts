export interface Side {
  /** SHA-256 of the model that the preview shows. */
  readonly modelSha256: string
  readonly modelUrl: string
  /** The 2×2 preview. */
  readonly png: Uint8Array
}

/** One duel: which side answers the prompt better? The judge is not told whose side is whose. */
export interface Question {
  readonly seed: number
  readonly prompt: { readonly name: string; readonly url: string; readonly image: Uint8Array }
  readonly left: Side
  readonly right: Side
}

export type Verdict =
  | {
      readonly kind: 'decided'
      readonly winner: 'left' | 'right' | 'draw'
      /** One or two sentences for people. */
      readonly issues: string
      /** Everything that the verdict follows from, as JSON: raw answers, distances, model and version. */
      readonly transcript: unknown
    }
  /** No verdict, and nobody's loss: to be asked again. */
  | { readonly kind: 'void'; readonly cause: string }

export interface Judge {
  /** Name and version, recorded with every match. */
  readonly id: string
  /** Whether the same question has the same answer, always and everywhere: then one that does not is false. */
  readonly deterministic: boolean
  judge(question: Question, signal: AbortSignal): Promise<Verdict>
}
