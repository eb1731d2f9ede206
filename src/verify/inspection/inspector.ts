import { type InspectableCommit, type Inspected, inspectCommit } from './inspect-commit.ts'
import { ThreadedInspector } from './threaded-inspector.ts'

/** Looks at commits by themselves, somewhere. */
export interface Inspector extends AsyncDisposable {
  /** How many bytes of commits are worth one question, and how many questions it is glad to have at once. */
  readonly questionBytes: number
  readonly questions: number
  /** In the order of the commits. */
  inspect(commits: readonly InspectableCommit[]): Promise<readonly Inspected[]>
}

/** Fewer commits are looked at before a thread has even started. */
const WORTH_A_THREAD = 200

/** @param jobs threads that may be used, this one included */
export function inspectorFor(jobs: number, commits: number): Inspector {
  return jobs > 1 && commits >= WORTH_A_THREAD ? new ThreadedInspector(jobs - 1) : inspectorOnThisThread
}

const inspectorOnThisThread: Inspector = {
  questionBytes: 0,
  questions: 0,
  inspect: async (commits) => commits.map(inspectCommit),
  [Symbol.asyncDispose]: async () => {},
}
