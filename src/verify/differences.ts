import { isDeepStrictEqual } from 'node:util'

/** More than these do not make anything clearer. */
const MAX_DIFFERENCES = 5

/** Where two JSON values part, for people: `repo evil/x instead of granite/model`; of lists the first element that does. */
export function differencesOf(recorded: unknown, recomputed: unknown): string[] {
  return [...walk(recorded, recomputed, '')].slice(0, MAX_DIFFERENCES)
}

function* walk(recorded: unknown, recomputed: unknown, at: string): Generator<string> {
  if (isDeepStrictEqual(recorded, recomputed)) return
  if (Array.isArray(recorded) && Array.isArray(recomputed)) return yield* walkLists(recorded, recomputed, at)
  if (!isRecord(recorded) || !isRecord(recomputed)) {
    yield `${at} ${shown(recorded)} instead of ${shown(recomputed)}`.trim()
    return
  }
  for (const key of new Set([...Object.keys(recomputed), ...Object.keys(recorded)]))
    yield* walk(recorded[key], recomputed[key], at === '' ? key : `${at}.${key}`)
}

/** One element too many or too few moves all others: only the first that differs says something. */
function* walkLists(recorded: readonly unknown[], recomputed: readonly unknown[], at: string): Generator<string> {
  if (recorded.length !== recomputed.length) yield `${at} ${recorded.length} instead of ${recomputed.length}`.trim()
  const first = Array.from({ length: Math.max(recorded.length, recomputed.length) }).findIndex(
    (_, i) => !isDeepStrictEqual(recorded[i], recomputed[i]),
  )
  yield* walk(recorded[first], recomputed[first], `${at}#${first + 1}`)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function shown(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing'
  if (!isRecord(value)) return String(value)
  return Object.entries(value)
    .map(([key, each]) => `${key} ${isRecord(each) ? JSON.stringify(each) : each}`)
    .join(', ')
}
