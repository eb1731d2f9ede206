import { isDeepStrictEqual } from 'node:util'
import { differencesOf } from './differences.ts'

/** One decision, as the operator recorded it and as the rules give it. */
export interface Compared<T> {
  readonly recorded: T | null
  readonly recomputed: T | null
  /** null: there is not enough on record to tell. */
  readonly equal: boolean | null
  readonly note?: string
  /** What has to be believed besides the evidence, where there is something. */
  readonly believed?: string
  /** What differs, for people. */
  readonly differences?: readonly string[]
}

export function compare<T>(recorded: T | undefined, recomputed: T | undefined, note?: string): Compared<T> {
  const equal = recorded === undefined || recomputed === undefined ? null : isDeepStrictEqual(recorded, recomputed)
  return {
    recorded: recorded ?? null,
    recomputed: recomputed ?? null,
    equal,
    ...(note === undefined ? {} : { note }),
    ...(equal === false ? { differences: differencesOf(recorded, recomputed) } : {}),
  }
}

/** It does not follow, whatever it says. */
export function refuted<T>(compared: Compared<T>, note: string, differences?: readonly string[]): Compared<T> {
  const { believed: _, ...rest } = compared
  return { ...rest, equal: false, note, ...(differences === undefined ? {} : { differences }) }
}

/** Equal, as far as what has to be believed is so. */
export function believing<T>(compared: Compared<T>, believed: string | undefined): Compared<T> {
  return believed === undefined || compared.equal === false ? compared : { ...compared, believed }
}

/** What cannot be told from a record that has to be whole is a difference. */
export function demanded<T>(compared: Compared<T>, whole: boolean): Compared<T> {
  if (!whole || compared.equal !== null) return compared
  return { ...compared, equal: false, note: compared.note ?? 'the record is not whole' }
}

export interface Counted {
  readonly checked: number
  readonly equal: number
  /** What differs, for people. */
  readonly differences: readonly string[]
}
