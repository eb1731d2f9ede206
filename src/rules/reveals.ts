/** One part of what a miner reveals. */
export interface RevealField {
  /** @returns the value as it is stored, or why it is refused */
  check(value: unknown): { ok: true; value: string } | { ok: false; reason: string }
}

/** What a complete reveal consists of, field by field; a format provides it. */
export interface RevealSchema {
  /** By key of the revealed JSON object; all are required. Order is the order in `submissions.json`. */
  readonly fields: Readonly<Record<string, RevealField>>
  /** The field whose reveal block is the entry's priority. */
  readonly priority: string
  /** Fields that make two entries the same; empty when duplicates are allowed. */
  readonly identity: readonly string[]
}
