/** Only legal changes of stage, and every file written in its stage, by its owner, in the round that is played. */
import { files } from '../../state/files.ts'
import type { State } from '../../state/state.ts'
import { explainedBy } from '../explained.ts'
import { readable } from '../readable.ts'
import type { Check, Reporter, Step } from '../step.ts'
import { Authorship } from './authorship.ts'
import { Founding } from './founding.ts'
import { PeoplesActs } from './peoples-acts.ts'
import { Repeats } from './repeats.ts'
import { reportFounding } from './report-founding.ts'
import { reportMove } from './report-move.ts'
import { reportWrites } from './report-writes.ts'
import { reportTrailers } from './trailers.ts'
import { quoted, titleOf } from './words.ts'

const STATE = files.state.path()
/** How often the same is said, in commit after commit. */
const MAX_LISTED = 40

/** As JSON, for a walk that goes on later. */
interface Memory {
  readonly founding: boolean
  readonly authorship: unknown
  readonly people: unknown
  readonly repeats: unknown
  readonly unknown: unknown
  readonly known: State | null
}

export function stages(): Check {
  const founding = new Founding()
  const authorship = new Authorship()
  const people = new PeoplesActs()
  const repeats = new Repeats(MAX_LISTED)
  const unknown = new Repeats(1)
  /** The last one that could be read. */
  let known: State | undefined
  return {
    name: 'stages and their owners',
    async begin(records, memory) {
      const before = memory as Memory | undefined
      await founding.begin(records, before?.founding)
      authorship.begin(before?.authorship)
      people.begin(before?.people)
      repeats.begin(before?.repeats)
      unknown.begin(before?.unknown)
      known = before === undefined ? await readable(records, files.state) : (before.known ?? undefined)
    },
    memory: (): Memory => ({
      founding: founding.memory(),
      authorship: authorship.memory(),
      people: people.memory(),
      repeats: repeats.memory(),
      unknown: unknown.memory(),
      known: known === undefined ? null : placeIn(known),
    }),
    async step(step, report) {
      const from = step.stateBefore ?? known
      const limited = repeats.limiting(step, report)
      const isFounding = founding.holds(step)
      const by = authorship.of(step, isFounding)
      const explained = await explainedBy(step)
      const isMoveTold = !explained.has(STATE) && reportMove(step, from, by, report)
      const settled = (path: string, isByHand: boolean) =>
        explained.has(path) || (isMoveTold && path === STATE) || (isFounding && isByHand)
      if (by.unknown) reportUnknown(step, unknown, report)
      if (isFounding) reportFounding(step, by, explained, report)
      if (from !== undefined) {
        reportTrailers(step, from, report)
        reportWrites(step, from, by, settled, limited)
      }
      people.look(step, by, isFounding)
      known = step.stateAfter ?? known
    },
    end(_records, report) {
      people.end(report)
      repeats.end(report)
      unknown.end(report)
      if (known !== undefined) return
      const message = 'No state.json that can be read is in this history: it is not the record of a competition.'
      report.finding('stage/no-competition', null, message)
    },
  }
}

/** Once: it is so of the whole history. */
function reportUnknown(step: Step, told: Repeats, report: Reporter): void {
  const title = quoted(titleOf(step.text))
  const message = `Nothing says who wrote this (${title}): there are no trailers, and the wording is none that is known.`
  told.finding(report, step.commit.oid, '', 'stage/unknown-author', null, message)
}

/** Without fields of others, which need not be plain JSON. */
const placeIn = ({ current_round, stage, paused_from, attempt }: State): State => ({
  current_round,
  stage,
  next_stage_eta: null,
  ...(paused_from === undefined ? {} : { paused_from }),
  ...(attempt === undefined ? {} : { attempt }),
})
