/** Only legal changes of stage, and every file written in its stage, by its owner, in the round that is played. */
import { files } from '../../state/files.ts'
import type { State } from '../../state/state.ts'
import { explainedBy } from '../explained.ts'
import { readable } from '../readable.ts'
import type { Check, Reporter, Step } from '../step.ts'
import { type Authored, Authorship } from './authorship.ts'
import { Founding } from './founding.ts'
import { faultsOfMove, hasMoved } from './moves.ts'
import { PeoplesActs } from './peoples-acts.ts'
import { reportTrailers } from './trailers.ts'
import { counted, listed, quoted } from './words.ts'
import { type Fault, faultOfWrite } from './writes.ts'

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
      known: known ?? null,
    }),
    async step(step, report) {
      const from = step.stateBefore ?? known
      const isFounding = founding.holds(step)
      const by = authorship.of(step)
      const explained = await explainedBy(step)
      reportState(step, from, by, explained, report)
      if (from !== undefined) {
        reportTrailers(step, from, report)
        reportWrites(step, from, by, isFounding, explained, report)
      }
      people.look(step, by, isFounding)
      known = step.stateAfter ?? known
    },
    end(_records, report) {
      people.end(report)
      if (known !== undefined) return
      const message = 'There is no state.json in this history: it is not the record of a competition.'
      report.finding('stage/no-competition', null, message)
    },
  }
}

type Paths = ReadonlySet<string>

function reportState(step: Step, from: State | undefined, by: Authored, explained: Paths, report: Reporter): void {
  const changed = step.changed.find(({ path }) => path === files.state.path())
  const { stateAfter: to, strict } = step
  if (changed === undefined || explained.has(changed.path)) return
  if (changed.after === undefined) {
    report.finding(
      'stage/no-state',
      changed.path,
      'state.json was removed: nobody can tell where the competition stands.',
    )
  }
  if (to === undefined) return // whether it can be read is for the check of files to say
  if (from === undefined) {
    if (to.current_round === 0 && to.stage === 'open') return
    const message = `The history begins in ${to.stage} of round ${to.current_round}: what came before is not on record.`
    report.finding('stage/beginning', changed.path, message)
    return
  }
  const author = by.of(changed)
  const [illegal] = faultsOfMove({ from, to, by: author, strict, title: titleOf(step) })
  if (illegal !== undefined) report.finding('stage/illegal-move', changed.path, illegal)
  if (strict && author !== 'human' && !hasMoved(from, to)) {
    report.finding('stage/illegal-move', changed.path, `state.json was rewritten, though ${from.stage} did not end.`)
  }
}

function reportWrites(
  step: Step,
  from: State,
  by: Authored,
  isFounding: boolean,
  explained: Paths,
  report: Reporter,
): void {
  const faults: Fault[] = []
  for (const changed of step.changed) {
    const author = by.of(changed)
    if (explained.has(changed.path) || (isFounding && author === 'human')) continue
    const fault = faultOfWrite(changed, author, from)
    if (fault !== undefined) faults.push(fault)
  }
  for (const group of Map.groupBy(faults, ({ code }) => code).values()) {
    const [first] = group as [Fault, ...Fault[]]
    if (group.length === 1 && isMoveByHand(first, step, from)) continue
    report.finding(first.code, first.path, sentenceOf(group as [Fault, ...Fault[]], step))
  }
}

/** Told of already, as a change of stage. */
const isMoveByHand = ({ code, path }: Fault, { stateAfter }: Step, from: State) =>
  code === 'stage/by-hand' && path === files.state.path() && stateAfter !== undefined && hasMoved(from, stateAfter)

function sentenceOf(faults: readonly [Fault, ...Fault[]], step: Step): string {
  const [{ code, path, what }] = faults
  const others = faults.length - 1
  if (code !== 'stage/by-hand')
    return `${path} ${what}${others === 0 ? '' : `; the same of ${counted(others, 'other file')}`}.`
  const which =
    others === 0 ? `${path}, which ${what}` : `${listed(faults.map((each) => each.path))}, which the engine writes`
  return `Changed by hand, by ${step.commit.committer.name} (${quoted(titleOf(step))}): ${which}.`
}

const titleOf = ({ text }: Step) => text.split('\n')[0] ?? ''
