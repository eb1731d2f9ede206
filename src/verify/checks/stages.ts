/** Only legal changes of stage, and every file written in its stage, by its owner, in the round that is played. */
import { files } from '../../state/files.ts'
import type { State } from '../../state/state.ts'
import { explainedBy } from '../explained.ts'
import { readable } from '../readable.ts'
import type { Check } from '../step.ts'
import { Authorship } from './authorship.ts'
import { Founding } from './founding.ts'
import { PeoplesActs } from './peoples-acts.ts'
import { reportMove } from './report-move.ts'
import { reportWrites } from './report-writes.ts'
import { reportTrailers } from './trailers.ts'

const STATE = files.state.path()

/** As JSON, for a walk that goes on later. */
interface Memory {
  readonly founding: boolean
  readonly authorship: unknown
  readonly people: unknown
  readonly known: State | null
}

export function stages(): Check {
  const founding = new Founding()
  const authorship = new Authorship()
  const people = new PeoplesActs()
  /** The last one that could be read. */
  let known: State | undefined
  return {
    name: 'stages and their owners',
    async begin(records, memory) {
      const before = memory as Memory | undefined
      await founding.begin(records, before?.founding)
      authorship.begin(before?.authorship)
      people.begin(before?.people)
      known = before === undefined ? await readable(records, files.state) : (before.known ?? undefined)
    },
    memory: (): Memory => ({
      founding: founding.memory(),
      authorship: authorship.memory(),
      people: people.memory(),
      known: known === undefined ? null : placeIn(known),
    }),
    async step(step, report) {
      const from = step.stateBefore ?? known
      const isFounding = founding.holds(step)
      const by = authorship.of(step)
      const explained = await explainedBy(step)
      const isMoveTold = !explained.has(STATE) && reportMove(step, from, by, report)
      const settled = (path: string, isByHand: boolean) =>
        explained.has(path) || (isMoveTold && path === STATE) || (isFounding && isByHand)
      if (from !== undefined) {
        reportTrailers(step, from, report)
        reportWrites(step, from, by, settled, report)
      }
      people.look(step, by, isFounding)
      known = step.stateAfter ?? known
    },
    end(_records, report) {
      people.end(report)
      if (known !== undefined) return
      const message = 'No state.json that can be read is in this history: it is not the record of a competition.'
      report.finding('stage/no-competition', null, message)
    },
  }
}

/** Without fields of others, which need not be plain JSON. */
const placeIn = ({ current_round, stage, paused_from, attempt }: State): State => ({
  current_round,
  stage,
  next_stage_eta: null,
  ...(paused_from === undefined ? {} : { paused_from }),
  ...(attempt === undefined ? {} : { attempt }),
})
