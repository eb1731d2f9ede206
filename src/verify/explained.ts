/** For every check: what a commit changed because a person's typed act demands just that. */
import { type Explanation, explain } from '../engine/explain.ts'
import type { Step } from './step.ts'

const known = new WeakMap<Step, Promise<Explanation | undefined>>()

/** Undefined for a commit that adds no record of an act. */
export function explanationOf(step: Step): Promise<Explanation | undefined> {
  const found = known.get(step) ?? explainStep(step)
  known.set(step, found)
  return found
}

/** Paths whose change in this commit is explained by its act: `state.json`, files put away, files of the archive. */
export async function explainedBy(step: Step): Promise<ReadonlySet<string>> {
  return (await explanationOf(step))?.explained ?? NONE
}

const NONE: ReadonlySet<string> = new Set()

async function explainStep({ before, after, changed }: Step): Promise<Explanation | undefined> {
  const paths = new Map(changed.map((each) => [each.path, each]))
  return explain({
    before,
    after,
    changed: [...paths.keys()],
    isMoved: (from, to) => {
      const was = paths.get(from)?.before
      const is = paths.get(to)?.after
      return was !== undefined && was.oid === is?.oid && was.mode === is.mode
    },
  })
}
