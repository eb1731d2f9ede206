/** Who wins a round: the last of the succession that follows from matches and audits, with the code that was entered. */
import { timeline } from '../../../rules/timeline.ts'
import type { Config } from '../../../state/config.ts'
import { files } from '../../../state/files.ts'
import { LEADER, type Winner } from '../../../state/winner.ts'
import { believing, type Compared, compare, refuted } from '../../compare.ts'
import { explainedBy } from '../../explained.ts'
import { compareWinner, recomputedWinner } from '../../replay-crown.ts'
import { reportsOf, rescored } from '../../replay-matches.ts'
import { timelineInput } from '../../replay-round.ts'
import type { Check, Step } from '../../step.ts'
import { made } from '../made.ts'
import { eachChanged } from '../touched.ts'
import { gateOf } from './judge-card.ts'

export const winner = (): Check => ({
  name: 'winners',
  async step(step, report) {
    await eachChanged(step, [files.winner], report, async ({ round, path, config }) => {
      const recorded = await step.after.read(files.winner, round)
      const isByAct = (await explainedBy(step)).has(path)
      const compared = isByAct
        ? compare(recorded.winner_hotkey, recorded.winner_hotkey)
        : await replayWinner(step, config, round, recorded)
      const { problem, note } = isByAct ? {} : await gateOf(step, config, round)
      const barred = problem !== undefined && compared.equal !== false
      report.decision(made({ kind: 'winner', round, path }, barred ? refuted(compared, problem) : compared))
      if (note !== undefined) report.finding('judge/resumed', path, note)
    })
  },
})

async function replayWinner(step: Step, config: Config, round: number, recorded: Winner): Promise<Compared<string>> {
  const { before, after, strict } = step
  const matrix = (await after.find(files.matrix, round)) ?? []
  const entries = (await after.find(files.submissions, round)) ?? {}
  const margins = rescored(matrix, await reportsOf(after, round, matrix))
  const line = timeline(await timelineInput(after, config, round, entries, margins))
  const leaders = (await before.find(files.leader)) ?? []
  const expected = await recomputedWinner(after, round, line.winner ?? recorded.winner_hotkey, leaders)
  const compared = compareWinner(recorded, line.winner ?? recorded.winner_hotkey, expected)
  if (recorded.void !== undefined) return refuted(compared, 'no act makes the round void')
  if (compared.equal === false) return compared
  if (strict && expected === undefined) return refuted(compared, 'the winner has no entry, or no image, on record')
  if (line.winner !== undefined) return believing(compared, strict ? undefined : BELIEVED)
  const open = openOf(line)
  const isBeaten = recorded.winner_hotkey !== LEADER && !line.qualified.includes(recorded.winner_hotkey)
  if (strict || isBeaten)
    return refuted({ ...compared, recomputed: null }, isBeaten ? 'it did not beat the leader' : open)
  return believing(compared, `that it was decided, although on record ${open}`)
}

const BELIEVED = 'the judge and the audits, which it rests on'

function openOf({ next, waitingFor }: ReturnType<typeof timeline>): string {
  if (next !== undefined) return `the match ${next.left.slice(0, 10)} vs ${next.right.slice(0, 10)} is missing`
  return `the audit of ${waitingFor.map((hotkey) => hotkey.slice(0, 10)).join(', ')} is open`
}
