/** Matches that had too few verdicts to be decided: how often is kept, so that what was void is asked about anew. */
import { evidenceKey, remember } from '../../store/evidence.ts'
import type { ObjectStore } from '../../store/object-store.ts'

/** Everything that tells one match from all others, as JSON. */
export type MatchId = Readonly<Record<string, unknown>>

/** How often a match was left undecided. @throws `unavailable` */
export async function retriesOf(store: ObjectStore, match: MatchId): Promise<number> {
  let retry = 0
  while ((await store.get(keyOf(match, retry))) !== undefined) retry += 1
  return retry
}

/** @param retry how often it was before @throws `unavailable` */
export async function leaveUndecided(store: ObjectStore, match: MatchId, retry: number): Promise<void> {
  await remember(store, KIND, { ...match, retry }, async () => true)
}

const KIND = 'undecided'
const keyOf = (match: MatchId, retry: number) => evidenceKey(KIND, { ...match, retry })
