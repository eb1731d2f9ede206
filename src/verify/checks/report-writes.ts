/** Files that a commit wrote and was not to write, a finding a kind. */
import type { State } from '../../state/state.ts'
import type { Reporter, Step } from '../step.ts'
import type { Authored } from './authorship.ts'
import { counted, listed, quoted, titleOf } from './words.ts'
import { type Fault, faultOfWrite } from './writes.ts'

/** @param settled paths about which nothing more is to be said */
export function reportWrites(
  step: Step,
  from: State,
  by: Authored,
  settled: (path: string, isByHand: boolean) => boolean,
  report: Reporter,
): void {
  const faults = step.changed.flatMap((changed) => {
    const author = by.of(changed)
    return settled(changed.path, author === 'human') ? [] : (faultOfWrite(changed, author, from) ?? [])
  })
  for (const group of Map.groupBy(faults, ({ code }) => code).values()) {
    const [first, ...others] = group as [Fault, ...Fault[]]
    const message = first.code === 'stage/by-hand' ? byHand(first, others, step) : sentence(first, others)
    report.finding(first.code, first.path, message)
  }
}

const sentence = ({ path, what }: Fault, { length: others }: readonly Fault[]) =>
  `${path} ${what}${others === 0 ? '' : `; the same of ${counted(others, 'other file')}`}.`

function byHand({ path, what }: Fault, others: readonly Fault[], { commit, text }: Step): string {
  const paths = listed([path, ...others.map((each) => each.path)])
  const which = others.length === 0 ? `${path}, which ${what}` : `${paths}, which the engine writes`
  return `Changed by hand, by ${commit.committer.name} (${quoted(titleOf(text))}): ${which}.`
}
