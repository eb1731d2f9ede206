/**
 * What a round is drawn from belongs to people, who may change it while the window for entries is open. Once it has
 * closed the seed is known or about to be, and whoever changes the pool then chooses what is drawn.
 */
import { blockSeconds, etaOfBlock } from '../../rules/schedule.ts'
import type { Config } from '../../state/config.ts'
import { files } from '../../state/files.ts'
import type { Schedule } from '../../state/schedule.ts'
import type { AnyStateFile } from '../../state/state-file.ts'
import { readable } from '../readable.ts'
import type { Step } from '../step.ts'
import { isSame } from './append/changes.ts'
import { listed, moment } from './words.ts'

/** What seed, entries and prompts follow from. */
const DRAWN_BY = [
  'name',
  'netuid',
  'format',
  'prompts_per_round',
  'carryover_prompts',
] as const satisfies (keyof Config)[]

/** Counts as a whole, even where it was not there before: whoever took it away in time may not choose what comes back. */
const WHOLE: readonly AnyStateFile[] = [files.pool, files.leader, files.schedule]

/** @returns what is to be said of it, if anything; only histories by our rules record when the window closes */
export async function lateInputs(step: Step): Promise<{ path: string; message: string } | undefined> {
  const { stateBefore: state, before, commit, config, strict } = step
  if (!strict || state === undefined || config === undefined) return undefined
  if ((state.paused_from ?? state.stage) !== 'open') return undefined
  const what = await changedInputs(step)
  const [path] = what.keys()
  if (path === undefined) return undefined
  const schedule = await readable(before, files.schedule, state.current_round)
  if (schedule?.decided_at === undefined || schedule.decided_at_block === undefined) return undefined
  const head = { number: schedule.decided_at_block, time: new Date(schedule.decided_at) }
  const closed = closingTime(schedule, etaOfBlock(schedule.latest_reveal_block, head, blockSeconds(config)))
  if (!(commit.committer.at > closed)) return undefined
  const named = listed([...what].map(([each, fields]) => `${each}${fields.length > 0 ? ` (${listed(fields)})` : ''}`))
  const message = `Round ${state.current_round}: ${named} changed at ${moment(commit.committer.at)}, after the window for entries had closed (about ${moment(closed)}): the draw could be known by then.`
  return { path, message }
}

/** The start that was published counts: nobody moves it by telling the blocks another pace. */
function closingTime({ starts_at, earliest_reveal_block, latest_reveal_block }: Schedule, estimate: Date): Date {
  const published = new Date(starts_at ?? Number.NaN)
  const isShortest = latest_reveal_block <= earliest_reveal_block // it had to wait for the window before it
  return Number.isNaN(published.getTime()) || isShortest ? estimate : published
}

/** By path: the fields that changed; none for a file that counts as a whole. */
async function changedInputs({ changed, before, after }: Step): Promise<ReadonlyMap<string, readonly string[]>> {
  const inputs = new Map<string, readonly string[]>()
  for (const { path, located, before: old } of changed) {
    // The first leader is set up by hand, and so is the schedule of the first round; later ones are the engine's.
    if (located !== undefined && WHOLE.includes(located.file)) inputs.set(path, [])
    if (located?.file !== files.config || old === undefined) continue
    const [was, is] = [await readable(before, files.config), await readable(after, files.config)]
    const fields = DRAWN_BY.filter((field) => !isSame(was?.[field], is?.[field]))
    if (fields.length > 0) inputs.set(path, fields)
  }
  return inputs
}
