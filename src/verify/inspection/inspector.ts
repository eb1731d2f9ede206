import type { History } from '../../repo/history.ts'
import { type Entries, type Examinable, Examiner } from './examiner.ts'
import type { Inspected } from './inspect-commit.ts'
import { ThreadedInspector } from './threaded-inspector.ts'

/** Looks at the commits of one history, in their order, somewhere. */
export interface Inspector extends AsyncDisposable {
  /** How many bytes of commits are worth one question, and how many questions it is glad to have at once. */
  readonly questionBytes: number
  readonly questions: number
  /** In the order of the commits. */
  inspect(commits: readonly Examinable[]): Promise<readonly Inspected[]>
}

export interface Inspection {
  /** For what came with an earlier commit. */
  readonly history: Pick<History, 'blob'>
  readonly entries: Entries
  /** Threads that may be used, this one included. */
  readonly jobs: number
  /** How many there are. */
  readonly commits: number
}

/** Fewer commits are looked at before a thread has even started. */
const WORTH_A_THREAD = 200

export function inspectorFor({ history, entries, jobs, commits }: Inspection): Inspector {
  const isWorthIt = jobs > 1 && commits >= WORTH_A_THREAD
  return isWorthIt
    ? new ThreadedInspector(jobs - 1, { history, entries })
    : onThisThread(new Examiner(history, entries))
}

const onThisThread = (examiner: Examiner): Inspector => ({
  questionBytes: 0,
  questions: 0,
  inspect: async (commits) => {
    const found: Inspected[] = []
    for (const commit of commits) found.push(await examiner.examine(commit))
    return found
  },
  [Symbol.asyncDispose]: async () => {},
})
