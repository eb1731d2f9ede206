/** What a check found, each kind under a code that stays the same for ever. */
export type Severity = 'error' | 'warning' | 'note'

export interface Finding {
  readonly code: string
  /** `error`: a rule was broken. `warning`: it must be explained. `note`: worth knowing. Only errors fail. */
  readonly severity: Severity
  /** The commit at which it happened. */
  readonly commit: string
  readonly path: string | null
  /** The round that the path is of, otherwise the one that was being played; null where neither can be told. */
  readonly round: number | null
  /** One sentence that a newcomer understands. */
  readonly message: string
}
