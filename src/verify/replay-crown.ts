import type { Records } from '../engine/records.ts'
import { actsOf } from '../engine/scene.ts'
import { leaderIn, nextLeader } from '../rules/leader.ts'
import { attemptOf, lastAttempt } from '../rules/redo.ts'
import { voidedBy } from '../rules/void.ts'
import { voidWinner, winnerRecord } from '../rules/winner.ts'
import { type Config, files, type LeaderEntry, type Leaders, type Schedule, type Winner } from '../state/index.ts'
import { type Compared, compare } from './compare.ts'
import { differencesOf } from './differences.ts'
import { likeRecorded } from './legacy-entry.ts'
import { replaySchedule, type Schedules } from './replay-schedule.ts'

/** The winner's record, the leader entry and the next schedule that follow from who won. */
export async function replayCrown(
  snapshot: Records,
  config: Config,
  round: number,
  winner: string | undefined,
): Promise<{ winner: Compared<string>; leader: Compared<unknown>; schedule: Compared<Schedules> }> {
  const previous = await snapshot.find(files.schedule, round)
  const next = await snapshot.find(files.schedule, round + 1)
  const leaders = (await snapshot.find(files.leader)) ?? []
  const attempt = lastAttempt(await actsOf(snapshot), round)
  const { before, entry, effectiveBlock } = entryOf(leaders, round, attempt, next)
  const record = await recomputedWinner(snapshot, round, winner, before)
  const recomputed =
    record === undefined
      ? undefined
      : nextLeader({
          leaders: before,
          winner: record,
          config,
          effectiveBlock: effectiveBlock ?? 0,
          round,
          attempt,
        })
  const unchanged = entry === undefined && recomputed === undefined && record !== undefined
  const leader: Compared<unknown> = unchanged
    ? { recorded: null, recomputed: null, equal: true, note: 'no new entry' }
    : compare(entry, recomputed && likeRecorded(recomputed, entry))
  return {
    winner: compareWinner(await snapshot.find(files.winner, round), record?.winner_hotkey ?? winner, record),
    leader: hasStray(leaders, round, attempt)
      ? { ...leader, equal: false, note: 'followed by an entry that no round decided' }
      : leader,
    schedule:
      previous === undefined || next === undefined
        ? compare<Schedules>(undefined, undefined, 'no next round on record')
        : replaySchedule({ config, previous, schedule: next }),
  }
}

/** Everything in the record counts, not only the name. */
export function compareWinner(
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
function hasStray(leaders: Leaders, round: number, attempt: number): boolean {
  const own = leaders.findIndex((entry) => entry.round === round && attemptOf(entry) === attempt)
  const at = own >= 0 ? own : leaders.findLastIndex((entry) => entry.round === round)
  const next = leaders[at + 1]
  return at >= 0 && next !== undefined && (next.round === undefined || next.round <= round)
}

/** Which entry the last attempt at a round appended, if any: newer records say so; in older ones it becomes effective when the next window closes. */
function entryOf(leaders: Leaders, round: number, attempt: number, next: Schedule | undefined) {
  const block = next?.latest_reveal_block
  const index = leaders.findIndex(
    (leader) =>
      (leader.round === round && attemptOf(leader) === attempt) ||
      (leader.round === undefined && leader.effective_block === block),
  )
  const entry = index < 0 ? undefined : leaders[index]
  return {
    entry,
    before: index < 0 ? leaders.filter((leader) => isEarlier(leader, round, block)) : leaders.slice(0, index),
    effectiveBlock: block ?? entry?.effective_block,
  }
}

const isEarlier = (leader: LeaderEntry, round: number, block: number | undefined) =>
  leader.round === undefined ? leader.effective_block < (block ?? Number.POSITIVE_INFINITY) : leader.round <= round

/** The winner as the record should have it: from entry and build, from the crown that was defended, or of a void round. */
export async function recomputedWinner(
  snapshot: Records,
  round: number,
  hotkey: string | undefined,
  before: Leaders,
): Promise<Winner | undefined> {
  const leader = leaderIn(before, round)
  const voided = voidedBy(await actsOf(snapshot), round)
  if (voided !== undefined) return voidWinner(leader, voided)
  if (hotkey === undefined) return undefined
  const submission = (await snapshot.find(files.submissions, round))?.[hotkey]
  const build = (await snapshot.find(files.builds, round))?.[hotkey]
  return winnerRecord({ hotkey, leader, submission, build })
}
