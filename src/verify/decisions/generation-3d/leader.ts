/** The crown: the entry that a closed round appends, or that it appends none. */
import { isDeepStrictEqual } from 'node:util'
import { nextLeader } from '../../../rules/leader.ts'
import { nextSchedule } from '../../../rules/schedule.ts'
import type { Config } from '../../../state/config.ts'
import { files } from '../../../state/files.ts'
import type { Leaders } from '../../../state/leader.ts'
import { believing, type Compared, compare, refuted } from '../../compare.ts'
import { likeRecorded } from '../../legacy-entry.ts'
import type { Check, Step } from '../../step.ts'
import { headOf } from '../head.ts'
import { made } from '../made.ts'
import { readably } from '../touched.ts'

const PATH = files.leader.path()

export const leader = (): Check => ({
  name: 'leader entries',
  async step(step, report) {
    const { stateBefore: from, config } = step
    if (from === undefined || config === undefined) return
    const round = from.current_round
    await readably(PATH, report, async () => {
      const compared = await replayLeader(step, config)
      if (compared !== undefined) report.decision(made({ kind: 'leader', round, path: PATH }, compared))
    })
  },
})

/** @returns undefined for a commit that does not concern the crown */
async function replayLeader(step: Step, config: Config): Promise<Compared<Leaders> | undefined> {
  const { before, after, stateBefore: from, stateAfter: to, changed } = step
  const isClosed = from?.stage === 'finalizing' && (to?.stage === 'open' || to?.stage === 'finished')
  if (!isClosed && !changed.some(({ path }) => path === PATH)) return undefined
  const leaders = (await before.find(files.leader)) ?? []
  const appended = ((await after.find(files.leader)) ?? []).slice(leaders.length)
  if (isClosed) return closing(step, config, leaders, appended)
  // Who leads at first is nobody's decision; what is taken out is no new one.
  const isFounding = from?.current_round === 0 && from.stage === 'open'
  return isFounding || appended.length === 0
    ? undefined
    : refuted(compare<Leaders>(appended, []), 'no round was closed that could decide it')
}

async function closing(
  { after, stateBefore, stateAfter, trailers, strict }: Step,
  config: Config,
  leaders: Leaders,
  appended: Leaders,
): Promise<Compared<Leaders>> {
  const { current_round: round = 0, attempt } = stateBefore ?? {}
  const schedule = await after.find(files.schedule, round)
  const winner = await after.find(files.winner, round)
  if (winner === undefined) {
    const unknown = compare<Leaders>(appended, undefined, 'who won is not on record')
    return strict || appended.length > 0 ? refuted(unknown, 'who won is not on record') : unknown
  }
  const next = stateAfter?.stage === 'open' ? await after.find(files.schedule, stateAfter.current_round) : undefined
  const head = headOf(trailers)
  const end = next === undefined && head !== undefined ? nextSchedule({ config, previous: schedule, head }) : undefined
  const known = next?.latest_reveal_block ?? (end?.kind === 'finished' ? end.effectiveBlock : undefined)
  const effectiveBlock = known ?? appended.at(-1)?.effective_block ?? 0
  const entry = nextLeader({ leaders, winner, config, effectiveBlock, round, attempt, schedule })
  const compared = compareEntries(appended, entry === undefined ? [] : [entry], strict)
  const doubts = [...(known === undefined ? ['from which block on'] : []), ...(strict ? [] : ['who won'])]
  return believing(compared, doubts.length === 0 || entry === undefined ? undefined : doubts.join(', and '))
}

/** Older engines did not round weights, and other versions of them noted more. */
function compareEntries(appended: Leaders, expected: Leaders, strict: boolean): Compared<Leaders> {
  const compared = compare(appended, expected)
  if (strict || compared.equal || appended.length !== expected.length) return compared
  const likely = expected.map((again, i) => ({ ...appended[i], ...likeRecorded(again, appended[i]) }))
  return isDeepStrictEqual(appended, likely) ? { ...compare(appended, likely) } : compared
}
