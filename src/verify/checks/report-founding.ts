/** What a founding may hold: the first leader, schedule and state, and what is people's own; never what a round decides. */
import { isEngineOwned } from '../../rules/ownership.ts'
import { files } from '../../state/files.ts'
import type { AnyStateFile } from '../../state/state-file.ts'
import type { Changed, Reporter, Step } from '../step.ts'
import type { Authored } from './authorship.ts'
import { listed } from './words.ts'

const FIRST: readonly AnyStateFile[] = [files.state, files.leader, files.schedule]

/** By hand, before the first round has left its open stage. Older competitions were set up as they came. */
export function reportFounding(step: Step, by: Authored, explained: ReadonlySet<string>, report: Reporter): void {
  if (!step.strict) return
  if (by.typed && step.stateBefore === undefined)
    report.finding('stage/trailers', null, 'The engine’s commit was made before there was a state to go by.')
  const isEarly = (changed: Changed) =>
    by.of(changed) === 'human' && !explained.has(changed.path) && isEngineOwned(changed.path) && !isFirst(changed)
  const paths = step.changed.filter(isEarly).map(({ path }) => path)
  const [path] = paths
  if (path === undefined) return
  const message = `Set up by hand, though it is for the engine to decide once the round is played: ${listed(paths)}.`
  report.finding('stage/by-hand', path, message)
}

const isFirst = ({ located }: Changed) => located !== undefined && FIRST.includes(located.file)
