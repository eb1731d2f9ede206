/** Blocks and dates: the chain only goes on, and whoever commits cannot know a block before it is made. */
import { blockSeconds, type Head } from '../../rules/schedule.ts'
import { files } from '../../state/files.ts'
import type { Schedule } from '../../state/schedule.ts'
import { headOf } from '../decisions/head.ts'
import { readable } from '../readable.ts'
import type { Check, Reporter, Step } from '../step.ts'

/** Nodes of one network differ by this many blocks: two runs may ask different ones. */
const LAG_BLOCKS = 5
/** By how much the clock of a machine may be behind that of the chain. */
const CLOCK_MS = 2 * 60_000
/** A head that is older than this is none: the node was stuck, the chain stood still, or the date is wrong. */
const HEAD_AGE_MS = 3_600_000
/** Chains lose slots, and are slower than their nominal pace; that they gain time is an estimate's error, never more. */
const PACE = 0.98
const ESTIMATE_MS = 10 * 60_000
/** So long a chain may stand still before somebody should say why. */
const STANDSTILL_MS = 24 * 3_600_000

export function times(): Check {
  let last = 0
  return {
    name: 'blocks and dates',
    async begin(records, memory) {
      if (typeof memory === 'number') last = memory
      const state = await readable(records, files.state)
      const schedule = state && (await readable(records, files.schedule, state.current_round))
      last = Math.max(last, schedule?.decided_at_block ?? 0)
    },
    async step(step, report) {
      const head = headOf(step.trailers) ?? (await foundedAt(step))
      if (head === undefined) return reportUnreadable(step, report)
      if (head.number < last - LAG_BLOCKS) {
        const message = `This commit was made at block ${head.number}, as it says, but an earlier one at block ${last}.`
        report.finding('time/block', null, message)
      }
      reportDate(step, head, report)
      const anchor = await anchorOf(step)
      // A block that cannot have been there yet says nothing against those that follow.
      if (anchor === undefined || isInPace(step, head, anchor, report)) last = Math.max(last, head.number)
    },
    memory: () => last,
  }
}

function reportUnreadable({ trailers }: Step, report: Reporter): void {
  if (trailers.Block === undefined && trailers['Block-Time'] === undefined) return
  report.finding('time/block', null, 'The block that this commit names cannot be read, or has no time.')
}

/** A competition begins with a schedule, and its commit has no trailers. */
async function foundedAt({ stateBefore, after }: Step): Promise<Head | undefined> {
  if (stateBefore !== undefined) return undefined
  const schedule = await readable(after, files.schedule, 0)
  return schedule && headIn(schedule)
}

/** Where the chain stood when the round was scheduled. */
async function anchorOf({ stateBefore, before }: Step): Promise<Head | undefined> {
  const schedule = stateBefore && (await readable(before, files.schedule, stateBefore.current_round))
  return schedule && headIn(schedule)
}

function headIn({ decided_at_block, decided_at }: Schedule): Head | undefined {
  const time = new Date(decided_at ?? Number.NaN)
  return decided_at_block === undefined || Number.isNaN(time.getTime()) ? undefined : { number: decided_at_block, time }
}

function reportDate({ commit }: Step, { number, time }: Head, report: Reporter): void {
  const date = commit.committer.at
  const later = date.getTime() - time.getTime()
  const said = `This commit is dated ${at(date)}, but the block ${number} that it was made at is of ${at(time)}`
  if (!(later >= -CLOCK_MS)) report.finding('time/early', null, `${said}: nobody could know it yet.`)
  else if (later > HEAD_AGE_MS) report.finding('time/late', null, `${said}: it had long been succeeded by others.`)
}

function isInPace({ config }: Step, { number, time }: Head, anchor: Head, report: Reporter): boolean {
  if (config === undefined || !(Number(config.block_seconds ?? 1) > 0)) return true
  const nominal = (number - anchor.number) * blockSeconds(config) * 1000
  const took = time.getTime() - anchor.time.getTime()
  const blocks = `block ${anchor.number} was made at ${at(anchor.time)}, and block ${number} at ${at(time)}`
  const pace = `with ${blockSeconds(config)} seconds a block`
  if (took > nominal / PACE + STANDSTILL_MS)
    report.finding('time/late', null, `By the record ${blocks}: ${pace} it came earlier.`)
  if (took >= nominal * PACE - ESTIMATE_MS) return true
  report.finding('time/early', null, `By the record ${blocks}: ${pace} it came later.`)
  return false
}

const at = (date: Date) =>
  Number.isNaN(date.getTime()) ? 'an impossible time' : date.toISOString().replace('.000', '')
