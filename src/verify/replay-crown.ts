import { isDeepStrictEqual } from 'node:util'
import type { Records } from '../engine/records.ts'
import { currentLeader, nextLeader } from '../rules/leader.ts'
import { deadlineOf, nextSchedule } from '../rules/schedule.ts'
import { winnerRecord } from '../rules/winner.ts'
import { type Config, files, type LeaderEntry, type Leaders, type Schedule, type Winner } from '../state/index.ts'
import { type Compared, compare } from './compare.ts'
import { differencesOf } from './differences.ts'

export type Schedules = Pick<Schedule, 'earliest_reveal_block' | 'latest_reveal_block' | 'generation_deadline_block'>

/** The winner's record, the leader entry and the next schedule that follow from who won. */
export async function replayCrown(
  snapshot: Records,
  config: Config,
  round: number,
  winner: string | undefined,
): Promise<{ winner: Compared<string>; leader: Compared<unknown>; schedule: Compared<Schedules> }> {
  const next = await snapshot.find(files.schedule, round + 1)
  const leaders = (await snapshot.find(files.leader)) ?? []
  const { before, entry, effectiveBlock } = entryOf(leaders, round, next)
  const record = await recomputedWinner(snapshot, round, winner, before)
  const recomputed =
    record === undefined
      ? undefined
      : nextLeader({ leaders: before, winner: record, config, effectiveBlock: effectiveBlock ?? 0, round })
  const unchanged = entry === undefined && recomputed === undefined && winner !== undefined
  const leader: Compared<unknown> = unchanged
    ? { recorded: null, recomputed: null, equal: true, note: 'no new entry' }
    : compare(entry, recomputed && entry && !('round' in entry) ? without(recomputed, 'round') : recomputed)
  return {
    winner: compareWinner(await snapshot.find(files.winner, round), winner, record),
    leader: hasStray(leaders, round)
      ? { ...leader, equal: false, note: 'followed by an entry that no round decided' }
      : leader,
    schedule: await replaySchedule(snapshot, config, round, next),
  }
}

/** Everything in the record counts, not only the name. */
function compareWinner(
  recorded: Winner | undefined,
  hotkey: string | undefined,
  record: Winner | undefined,
): Compared<string> {
  const compared = compare(recorded?.winner_hotkey, hotkey)
  if (recorded === undefined || record === undefined) return compared
  const differences = differencesOf(recorded, record)
  if (differences.length === 0) return compared
  return { ...compared, equal: false, differences, ...(compared.equal ? { note: OTHER_CODE } : {}) }
}

const OTHER_CODE = 'not with the code that was entered and built'

/** Whether somebody slipped an entry in behind that of this round. Entries of the time before rounds were noted are not told apart. */
function hasStray(leaders: Leaders, round: number): boolean {
  const at = leaders.findIndex((entry) => entry.round === round)
  const next = leaders[at + 1]
  return at >= 0 && next !== undefined && (next.round === undefined || next.round <= round)
}

/** Which entry a round appended: newer records say so; in older ones it becomes effective when the next window closes. */
function entryOf(leaders: Leaders, round: number, next: Schedule | undefined) {
  const block = next?.latest_reveal_block
  const index = leaders.findIndex(
    (leader) => leader.round === round || (leader.round === undefined && leader.effective_block === block),
  )
  const entry = index < 0 ? undefined : leaders[index]
  return {
    entry,
    before: index < 0 ? leaders.filter((leader) => isEarlier(leader, round, block)) : leaders.slice(0, index),
    effectiveBlock: block ?? entry?.effective_block,
  }
}

const isEarlier = (leader: LeaderEntry, round: number, block: number | undefined) =>
  leader.round === undefined ? leader.effective_block < (block ?? Number.POSITIVE_INFINITY) : leader.round < round

/** The winner as the record should have it, from entry and build or from the crown that was defended. */
export async function recomputedWinner(
  snapshot: Records,
  round: number,
  hotkey: string | undefined,
  before: Leaders,
): Promise<Winner | undefined> {
  if (hotkey === undefined) return undefined
  const submission = (await snapshot.find(files.submissions, round))?.[hotkey]
  const build = (await snapshot.find(files.builds, round))?.[hotkey]
  return winnerRecord({ hotkey, leader: currentLeader(before), submission, build })
}

async function replaySchedule(
  snapshot: Records,
  config: Config,
  round: number,
  next: Schedule | undefined,
): Promise<Compared<Schedules>> {
  const previous = await snapshot.find(files.schedule, round)
  if (next === undefined || previous === undefined)
    return compare<Schedules>(undefined, undefined, 'no next round on record')
  if (next.decided_at_block !== undefined && next.decided_at !== undefined) {
    const head = { number: next.decided_at_block, time: new Date(next.decided_at) }
    const again = nextSchedule({ config, previous, head })
    const compared = compare(blocksOf(next), again.kind === 'round' ? blocksOf(again.schedule) : undefined)
    const same = again.kind === 'round' && isDeepStrictEqual(next.randomness, again.schedule.randomness)
    if (!compared.equal || same || again.kind !== 'round') return compared
    const differences = differencesOf(next.randomness, again.schedule.randomness)
    return { ...compared, equal: false, note: 'it names other randomness', differences }
  }
  return compare(
    blocksOf(next),
    {
      earliest_reveal_block: previous.latest_reveal_block + 1,
      latest_reveal_block: next.latest_reveal_block,
      generation_deadline_block: deadlineOf({ ...next, generation_deadline_block: undefined }, config),
    },
    'the block at which it was decided is not on record: the start was taken as recorded',
  )
}

const blocksOf = ({ earliest_reveal_block, latest_reveal_block, generation_deadline_block }: Schedules): Schedules => ({
  earliest_reveal_block,
  latest_reveal_block,
  generation_deadline_block,
})

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = value
  return rest
}
