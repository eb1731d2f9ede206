/** A content that a piece of evidence rests on. */
export interface Rests {
  readonly sha256: string
  /** Without the dot. */
  readonly extension: string
  readonly contentType: string
  readonly maxBytes: number
  /** Bytes, where the evidence says. */
  readonly size?: number
}

/**
 * What evidence of one kind has to look like when a stranger hands it in.
 * @returns the contents that it rests on
 * @throws for a result that no honest work has
 */
export type EvidenceKind = (inputs: unknown, result: unknown) => readonly Rests[]
