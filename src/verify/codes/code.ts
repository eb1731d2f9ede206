import type { Severity } from '../finding.ts'

export interface Code {
  /** For lists of findings: a few words. */
  readonly title: string
  /** What it means and what to do about it: a sentence or two, for documentation and for code scanners. */
  readonly help: string
  readonly strict: Severity
  /** In a history that does not claim our rules. */
  readonly legacy: Severity
}

export type Codes = Readonly<Record<string, Code>>
