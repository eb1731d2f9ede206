import { isDeepStrictEqual } from 'node:util'
import { deadlineOf, nextSchedule } from '../rules/schedule.ts'
import type { Config, Schedule } from '../state/index.ts'
import { believing, type Compared, compare, refuted } from './compare.ts'
import { differencesOf } from './differences.ts'

export type Schedules = Pick<Schedule, 'earliest_reveal_block' | 'latest_reveal_block' | 'generation_deadline_block'>

export interface ScheduleRecord {
  readonly config: Config
  /** Of the round before; undefined for the first. */
  readonly previous: Schedule | undefined
  readonly schedule: Schedule
}

/** Makes a schedule again from where the chain stood, or, where that is not on record, from the start that it has. */
export function replaySchedule({ config, previous, schedule }: ScheduleRecord): Compared<Schedules> {
  const { decided_at_block, decided_at } = schedule
  if (decided_at_block === undefined || decided_at === undefined) return fromItsStart({ config, previous, schedule })
  const recorded = blocksOf(schedule)
  const again = nextSchedule({ config, previous, head: { number: decided_at_block, time: new Date(decided_at) } })
  if (again.kind === 'finished') return refuted(compare<Schedules>(recorded, undefined), again.reason)
  const compared = compare(recorded, blocksOf(again.schedule))
  if (!compared.equal) return compared
  const { randomness, starts_at } = again.schedule
  if (!isDeepStrictEqual(schedule.randomness, randomness))
    return refuted(compared, 'it names other randomness', differencesOf(schedule.randomness, randomness))
  if (schedule.starts_at === starts_at) return compared
  return refuted(compared, 'it names another start', differencesOf(schedule.starts_at, starts_at))
}

function fromItsStart({ config, previous, schedule }: ScheduleRecord): Compared<Schedules> {
  const recorded = blocksOf(schedule)
  const believed = 'the block at which it was decided is not on record: the start was taken as recorded'
  const expected: Schedules = {
    earliest_reveal_block: previous === undefined ? recorded.earliest_reveal_block : previous.latest_reveal_block + 1,
    latest_reveal_block: recorded.latest_reveal_block,
    generation_deadline_block: deadlineOf({ ...schedule, generation_deadline_block: undefined }, config),
  }
  return believing({ ...compare(recorded, expected), note: believed }, believed)
}

const blocksOf = ({ earliest_reveal_block, latest_reveal_block, generation_deadline_block }: Schedules): Schedules => ({
  earliest_reveal_block,
  latest_reveal_block,
  generation_deadline_block,
})
