import type { Records } from '../engine/records.ts'
import { actsOf } from '../engine/scene.ts'
import { voidedBy } from '../rules/void.ts'
import type { Config, State } from '../state/index.ts'
import type { Compared } from './compare.ts'

/** A round number is the operator's claim: nobody lists all that lie below a huge one. */
const MAX_MISSING = 10

/**
 * Rounds that have entries on record, or came to nothing before they had any; one that is only scheduled has nothing to
 * decide yet.
 */
export async function roundsOnRecord(snapshot: Records): Promise<number[]> {
  const numbers = (await snapshot.list('rounds')).flatMap((path) => {
    const match = /^rounds\/(\d+)\/submissions\.json$/.exec(path)
    return match === null ? [] : [Number(match[1])]
  })
  const acts = await actsOf(snapshot)
  const voided = acts.map(({ round }) => round).filter((round) => voidedBy(acts, round) !== undefined)
  return [...new Set([...numbers, ...voided])].sort((a, b) => a - b)
}

/** Whether a round is over, as far as the state goes. */
export const isClosed = (state: State | undefined, round: number) =>
  state !== undefined && (round < state.current_round || state.stage === 'finished')

/** No round may be missing between the first and the current one. Older histories may have begun elsewhere. */
export function compareRounds(recorded: number[], config: Config, state: State | undefined): Compared<number[]> {
  const there = new Set(recorded)
  const current = state?.current_round ?? 0
  const last = Math.max(recorded.at(-1) ?? -1, isClosed(state, current) ? current : current - 1)
  const missing: number[] = []
  const first = config.rules === 'v1' ? 0 : (recorded[0] ?? 0)
  for (let round = first; round <= last && missing.length < MAX_MISSING; round++)
    if (!there.has(round)) missing.push(round)
  const beyond = state === undefined ? [] : recorded.filter((round) => round > current)
  const expected = recorded.filter((round) => !beyond.includes(round))
  const differences = [
    ...missing.map((round) => `round ${round} is missing`),
    ...beyond.map((round) => `round ${round} lies beyond the current one`),
  ]
  return {
    recorded,
    recomputed: [...expected, ...missing].sort((a, b) => a - b),
    equal: differences.length === 0,
    ...(differences.length === 0 ? {} : { differences }),
  }
}
