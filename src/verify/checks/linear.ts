/** One line of commits, each made after the one before it, and none of them empty. */
import type { HistoryCommit } from '../../repo/history.ts'
import type { Check, Reporter } from '../step.ts'
import { Dates } from './dates.ts'
import { Repeats } from './repeats.ts'
import { moment } from './words.ts'

/** A commit that was written long before it was committed was moved: rebased, amended or picked from elsewhere. */
const MAX_HELD_BACK_MS = 24 * 3_600_000
const MAX_LISTED = 5

type Commit = Omit<HistoryCommit, 'changed'>

export function linear(): Check {
  const repeats = new Repeats(MAX_LISTED)
  const dates = new Dates(repeats)
  return {
    name: 'the line of commits',
    begin(_records, memory) {
      const known = memory as { dates: unknown; repeats: unknown } | undefined
      dates.begin(known?.dates)
      repeats.begin(known?.repeats)
    },
    memory: () => ({ dates: dates.memory(), repeats: repeats.memory() }),
    step({ commit, changed, trailers, isRoot }, report) {
      reportMerge(commit, report)
      dates.look(commit, report)
      reportMoved(commit, trailers.Engine !== undefined, report)
      if (changed.length === 0 && !isRoot) {
        repeats.finding(report, commit.oid, '', 'history/empty', null, 'This commit changes nothing.')
      }
    },
    end(_records, report) {
      dates.end(report)
      repeats.end(report)
    },
  }
}

function reportMerge({ parents }: Commit, report: Reporter): void {
  if (parents.length < 2) return
  report.finding(
    'history/merge',
    null,
    `This commit merges ${parents.length} lines of history: what happened on the others cannot be placed in time.`,
  )
}

/** The engine writes and commits at once; a person may have written a commit a while before. */
function reportMoved({ author, committer }: Commit, byEngine: boolean, report: Reporter): void {
  const heldBack = Math.abs(committer.at.getTime() - author.at.getTime())
  if (heldBack <= (byEngine ? 0 : MAX_HELD_BACK_MS)) return
  const message = `This commit was written at ${moment(author.at)} but committed at ${moment(committer.at)}: it was moved or changed afterwards.`
  report.finding('history/moved', null, message)
}
