import type { Records } from '../engine/records.ts'
import { previousPrompts } from '../formats/generation-3d/prompts.ts'
import { drawPrompts } from '../rules/prompts.ts'
import { type Config, files } from '../state/index.ts'
import { type Compared, compare } from './compare.ts'
import type { History } from './history.ts'

export interface Prompts {
  readonly carryover: Compared<string[]>
  readonly prompts: Compared<string[]>
}

/** Draws the prompts again: from the pool of today or, where that gives others, from that of the day they were drawn. */
export async function replayPrompts(
  snapshot: Records,
  history: History,
  config: Config,
  round: number,
): Promise<Prompts> {
  const today = await drawn(snapshot, config, (await snapshot.find(files.pool)) ?? [], round)
  if (today.carryover.equal !== false && today.prompts.equal !== false) return today
  const then = await history.asOf(files.prompts.path(round))
  if (then === undefined) return today
  const thatDay = await drawn(snapshot, await then.read(files.config), (await then.find(files.pool)) ?? [], round)
  // In older histories the file was cut by hand at times: that proves nothing either way.
  return config.rules === 'v1' || thatDay.prompts.equal === true
    ? thatDay
    : { ...thatDay, prompts: { recorded: today.prompts.recorded, recomputed: null, equal: null, note: NO_POOL } }
}

export const NO_POOL = 'the pool of that day is not on record'

/** @param pool as it was when they were drawn, or at another time */
export async function drawn(
  snapshot: Records,
  config: Config,
  pool: readonly string[],
  round: number,
): Promise<Prompts> {
  const seed = await snapshot.find(files.seed, round)
  const recorded = await snapshot.find(files.prompts, round)
  if (seed === undefined || recorded === undefined)
    return { carryover: compare<string[]>(undefined, undefined), prompts: compare<string[]>(undefined, undefined) }
  const previous = await previousPrompts({ snapshot, number: round })
  const again = drawPrompts({
    rules: config.rules ?? 'legacy',
    seed: seed.seed,
    pool,
    previous,
    count: config.prompts_per_round,
    carryover: config.carryover_prompts,
  })
  const carried = previous.length === 0 ? 0 : Math.min(config.carryover_prompts, previous.length)
  return {
    carryover: compare(recorded.slice(0, carried), again.slice(0, carried)),
    prompts: compare(recorded, again),
  }
}
