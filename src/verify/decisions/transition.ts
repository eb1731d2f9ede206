/** Whether a stage could end when it did: its block was reached, and everything that it makes was on record. */

import { isLegal } from '../../rules/transitions.ts'
import { files } from '../../state/files.ts'
import type { State } from '../../state/state.ts'
import { hasMoved } from '../checks/moves.ts'
import { type Compared, compare, refuted } from '../compare.ts'
import { explanationOf } from '../explained.ts'
import type { Check, Step } from '../step.ts'
import { headOf } from './head.ts'
import { made } from './made.ts'
import { requirementsOf } from './requirements.ts'
import { readably } from './touched.ts'

const PATH = files.state.path()

export const transition = (): Check => ({
  name: 'changes of stage',
  async step(step, report) {
    const { stateBefore: from, stateAfter: to } = step
    if (from === undefined || to === undefined || !hasMoved(from, to)) return
    const subject = `${from.stage} → ${to.stage}`
    await readably(PATH, report, async () => {
      const compared = await replayTransition(step, from, to)
      report.decision(made({ kind: 'transition', round: from.current_round, subject, path: PATH }, compared))
    })
  },
})

async function replayTransition(step: Step, from: State, to: State): Promise<Compared<string>> {
  const found = compare(to.stage as string, to.stage as string)
  // Where a person's typed act leads follows from the act.
  if ((await explanationOf(step))?.explained.has(PATH)) return found
  if (!isLegal(from.stage, to.stage)) return refuted(found, `${from.stage} is not followed by ${to.stage}`)
  const { problems, believed } = await requirementsOf(step, from, to)
  const wrong = [...problems, ...otherFields(from, to)]
  if (wrong.length > 0) return refuted(found, wrong.join('; '))
  const doubts = headOf(step.trailers) === undefined ? [...believed, NO_BLOCK] : believed
  return doubts.length === 0 ? found : { ...found, believed: doubts.join('; ') }
}

const NO_BLOCK = 'when it happened: the commit names no block'

const OF_MOVES: readonly string[] = ['current_round', 'stage', 'next_stage_eta', 'paused_from', 'attempt']

/** What a change of stage leaves alone. */
function otherFields(from: State, to: State): string[] {
  const names = new Set([...Object.keys(from), ...Object.keys(to)].filter((name) => !OF_MOVES.includes(name)))
  const changed = [...names].filter((name) => JSON.stringify(from[name]) !== JSON.stringify(to[name]))
  return [
    ...changed.map((name) => `${name} in state.json changed with it`),
    ...(to.stage !== 'paused' && to.paused_from !== undefined ? ['state.json still says where it was paused'] : []),
  ]
}
