/** When a round begins: made again from where the chain stood when the round before it was closed. */
import { files } from '../../state/files.ts'
import type { Schedule } from '../../state/schedule.ts'
import { isSame } from '../checks/append/changes.ts'
import { moment } from '../checks/words.ts'
import { type Compared, refuted } from '../compare.ts'
import { replaySchedule } from '../replay-schedule.ts'
import type { Check, Step } from '../step.ts'
import { headOf } from './head.ts'
import { made } from './made.ts'
import { eachChanged } from './touched.ts'

export const schedule = (): Check => ({
  name: 'schedules',
  async step(step, report) {
    await eachChanged(step, [files.schedule], report, async ({ round, path, config }) => {
      const record = await step.after.read(files.schedule, round)
      const previous = round === 0 ? undefined : await step.after.find(files.schedule, round - 1)
      const compared = replaySchedule({ config, previous, schedule: record })
      const problem = problemOf(step, record, previous, round) ?? (await handProblemOf(step, record, round))
      report.decision(made({ kind: 'schedule', round, path }, problem ? refuted(compared, problem) : demands(compared)))
    })

    function demands<T>(compared: Compared<T>): Compared<T> {
      if (!step.strict || compared.believed === undefined) return compared
      return refuted(compared, 'the block at which it was decided is not on record')
    }
  },
})

/** What the rule that makes schedules does not see. */
function problemOf(
  { strict, trailers }: Step,
  record: Schedule,
  previous: Schedule | undefined,
  round: number,
): string | undefined {
  if (strict && round > 0 && previous === undefined) return `the schedule of round ${round - 1} is not on record`
  if (record.latest_reveal_block < record.earliest_reveal_block) return 'its window ends before it begins'
  const head = headOf(trailers)
  const { decided_at_block, decided_at } = record
  if (head === undefined || decided_at_block === undefined || decided_at === undefined) return undefined
  if (head.number === decided_at_block && head.time.getTime() === Date.parse(decided_at)) return undefined
  return `it was decided at block ${decided_at_block} of ${decided_at}, but its commit names block ${head.number} of ${head.time.toISOString()}`
}

/** By how much the clock of a machine may be behind that of the chain. */
const CLOCK_MS = 2 * 60_000

/** A schedule names the randomness of its seed: nobody makes one, or another one, when that may be known. */
async function handProblemOf(
  { strict, trailers, commit, before, stateBefore }: Step,
  record: Schedule,
  round: number,
): Promise<string | undefined> {
  if (!strict || headOf(trailers) !== undefined) return undefined
  const { at } = commit.committer
  const isAfter = (time: string | undefined) => at.getTime() >= Date.parse(time ?? '')
  const dated = `its commit is dated ${moment(at)}`
  if (isAfter(record.starts_at)) return `${dated}, when its window had closed`
  if (Date.parse(record.decided_at ?? '') - at.getTime() > CLOCK_MS)
    return `it was decided at ${record.decided_at}, but ${dated}`
  const old = await before.find(files.schedule, round)
  if (old === undefined || isSame(old, record)) return undefined
  const isFounding = stateBefore?.stage === 'open' && stateBefore.current_round === 0 && round === 0
  return isFounding && !isAfter(old.starts_at) ? undefined : 'another schedule of the round had been published'
}
