/** What was on record and is not any more as it was: found by comparing a file before and after a commit. */
import { isDeepStrictEqual } from 'node:util'
import type { Records } from '../../../engine/records.ts'
import type { State } from '../../../state/state.ts'
import type { Severity } from '../../finding.ts'
import { shown } from '../words.ts'

/** One item that was changed or removed. */
export interface Change {
  readonly code: string
  /** A whole sentence. */
  readonly message: string
  readonly severity?: Severity
}

export interface Scene {
  readonly round: number
  /** As of the parent. */
  readonly before: Records
  readonly state: State | undefined
}

export const isSame = (a: unknown, b: unknown): boolean => isDeepStrictEqual(a, b)

/** `weight 1 became 0.8, docker was removed`; nothing where all is equal. */
export function fieldChanges(before: object, after: object): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].flatMap((key) => {
    const [old, now] = [Reflect.get(before, key) as unknown, Reflect.get(after, key) as unknown]
    return isSame(old, now) ? [] : [`${key} ${became(old, now)}`]
  })
}

export function became(old: unknown, now: unknown): string {
  if (now === undefined) return `${shown(old)} was removed`
  if (old === undefined) return `${shown(now)} was added`
  return `${figure(old, now)} became ${figure(now, old)}`
}

/** Short, unless that would hide the difference. */
function figure(value: unknown, other: unknown): string {
  if (typeof value !== 'number' || typeof other !== 'number') return shown(value)
  const short = Number(value.toFixed(4))
  return short === Number(other.toFixed(4)) ? String(value) : String(short)
}

/** Entries by key, of two versions of a map: those that are not as they were. */
export function entryChanges<T>(
  before: Readonly<Record<string, T>>,
  after: Readonly<Record<string, T>>,
): { key: string; old: T; now: T | undefined }[] {
  const changes: { key: string; old: T; now: T | undefined }[] = []
  for (const [key, old] of Object.entries(before)) {
    const now = Object.hasOwn(after, key) ? after[key] : undefined
    if (!isSame(old, now)) changes.push({ key, old, now })
  }
  return changes
}
