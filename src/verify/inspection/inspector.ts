import { type InspectableCommit, type Inspected, inspectCommit } from './inspect-commit.ts'
import { ThreadedInspector } from './threaded-inspector.ts'

/** Looks at commits by themselves, somewhere. */
export interface Inspector extends AsyncDisposable {
  /** How many bytes of commits may be underway at once, for it to be busy. */
  readonly appetiteBytes: number
  inspect(commit: InspectableCommit): Promise<Inspected>
}

/** Fewer commits are looked at before a thread has even started. */
const WORTH_A_THREAD = 200

/** @param jobs threads that may be used, this one included */
export function inspectorFor(jobs: number, commits: number): Inspector {
  if (jobs > 1 && commits >= WORTH_A_THREAD) return new ThreadedInspector(jobs - 1)
  return { appetiteBytes: 0, inspect: inspectCommit, [Symbol.asyncDispose]: async () => {} }
}
