/**
 * Looks at commits, one after another, and takes their decisions again: all of an audit that needs to remember nothing of
 * earlier commits but the files that they left. Threads can do it, each for a part of the commits.
 */
import { parseCommit } from '../../repo/commit-object.ts'
import type { ChangedPath, History, TreeRecord } from '../../repo/history.ts'
import { fileAt } from '../../state/locate.ts'
import { attempt } from '../attempt.ts'
import { crownsIn } from '../crowns.ts'
import { decisions } from '../decisions/index.ts'
import { stepOf, withoutChanges } from '../step-of.ts'
import { World } from '../world.ts'
import { type InspectableCommit, type Inspected, inspectCommit } from './inspect-commit.ts'
import { Recorder } from './told.ts'

/** A commit, and where it left which contents. */
export interface Examinable extends InspectableCommit {
  readonly oid: string
  readonly changed: readonly ChangedPath[]
}

/** The competition before the first commit. */
export type Entries = Iterable<readonly [string, TreeRecord]>

export class Examiner {
  readonly #world: World
  readonly #decisions = decisions()

  /** @param history for contents that came with an earlier commit */
  constructor(history: Pick<History, 'blob'>, entries: Entries) {
    this.#world = new World(history, entries)
  }

  /** For commits that somebody else looks at. */
  pass(changed: readonly ChangedPath[]): void {
    this.#world.apply(changed)
  }

  async examine(commit: Examinable): Promise<Inspected> {
    const { oid, raw, changed } = commit
    const { read, ...inspection } = inspectCommit(commit)
    const view = this.#world.apply(withContents(commit), read)
    const step = await stepOf(withoutChanges({ ...parseCommit(raw), oid, raw, changed }), changed, inspection, view)
    const recorder = new Recorder()
    for (const check of this.#decisions) {
      const busy = attempt(check, recorder, () => check.step(step, recorder))
      if (busy !== undefined) await busy
    }
    return { ...inspection, told: recorder.told, crowns: await crownsIn(step) }
  }
}

function withContents({ changed, files }: Examinable): ChangedPath[] {
  const contents = new Map(files.map(({ path, after }) => [path, after]))
  return changed.map(({ path, before, after }) => {
    const bytes = fileAt(path) === undefined ? undefined : contents.get(path)
    const now = after && { ...after, ...(bytes && { bytes }) }
    return { path, ...(before && { before }), ...(now && { after: now }) }
  })
}
