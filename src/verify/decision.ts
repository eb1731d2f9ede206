import type { Compared } from './compare.ts'

/** What is decided in a competition. */
export const decisionKinds = [
  'transition',
  'submissions',
  'seed',
  'prompts',
  'match',
  'confirmation',
  'judge-checks',
  'judge-card',
  'audit-request',
  'audit',
  'winner',
  'leader',
  'schedule',
] as const
export type DecisionKind = (typeof decisionKinds)[number]

/**
 * `proved`: it follows, by the rules, from evidence that anybody can have. `consistent`: it follows from what the
 * operator recorded, which must be believed. `broken`: it does not follow.
 */
export type Level = 'proved' | 'consistent' | 'broken'

export interface Decision {
  readonly kind: DecisionKind
  readonly round: number
  /** Whom or what it is about, where a round has several of a kind: a hotkey, `left vs right`, `open → duels`. */
  readonly subject?: string
  readonly level: Level
  /** Where it was made. */
  readonly commit: string
  readonly path: string
  readonly recorded: unknown
  readonly recomputed: unknown
  /** What has to be believed, or what differs: for people. */
  readonly note?: string
  readonly differences?: readonly string[]
}

/** @param believed what the comparison rests on besides evidence; undefined when on nothing */
export function levelOf({ equal }: Pick<Compared<unknown>, 'equal'>, believed: string | undefined): Level {
  if (equal === false) return 'broken'
  return equal === true && believed === undefined ? 'proved' : 'consistent'
}
