/** What a commit made of `state.json`, told where it was not to be made. */
import { files } from '../../state/files.ts'
import type { State } from '../../state/state.ts'
import type { Reporter, Step } from '../step.ts'
import type { Authored } from './authorship.ts'
import { faultsOfMove, hasMoved } from './moves.ts'
import { titleOf } from './words.ts'

const PATH = files.state.path()

/**
 * @param from the last state that could be read, as of the parent
 * @returns whether the change of `state.json` has been told of
 */
export function reportMove(step: Step, from: State | undefined, by: Authored, report: Reporter): boolean {
  const { stateAfter: to, strict } = step
  const changed = step.changed.find(({ path }) => path === PATH)
  if (changed === undefined) return false
  if (changed.after === undefined) {
    report.finding('stage/no-state', PATH, 'state.json was removed: nobody can tell where the competition stands.')
    return true
  }
  if (to === undefined) return false // whether it can be read is for the check of files to say
  if (from === undefined) {
    if (to.current_round === 0 && to.stage === 'open') return false
    const message = `The history begins in ${to.stage} of round ${to.current_round}: what came before is not on record.`
    report.finding('stage/beginning', PATH, message)
    return true
  }
  const author = by.of(changed)
  const hasCard = step.changed.some(({ located, after }) => located?.file === files.judgeCard && after !== undefined)
  const [illegal] = faultsOfMove({ from, to, by: author, strict, hasCard, title: titleOf(step.text) })
  const idle = strict && author !== 'human' && !hasMoved(from, to)
  const message = illegal ?? (idle ? `state.json was rewritten, though ${from.stage} did not end.` : undefined)
  if (message !== undefined) report.finding('stage/illegal-move', PATH, message)
  return message !== undefined
}
