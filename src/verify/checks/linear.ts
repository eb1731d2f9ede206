/** One line of commits, each made after the one before it, and none of them empty. */
import type { HistoryCommit } from '../../repo/history.ts'
import type { Check, Reporter } from '../step.ts'
import { Repeats } from './repeats.ts'

/** By how much the clocks of two machines that both commit may differ. */
const CLOCK_TOLERANCE_MS = 60_000
/** A commit that was written long before it was committed was moved: rebased, amended or picked from elsewhere. */
const MAX_HELD_BACK_MS = 24 * 3_600_000
const MAX_LISTED = 5

type Commit = Omit<HistoryCommit, 'changed'>

export function linear(): Check {
  const repeats = new Repeats(MAX_LISTED)
  const dates = new Dates(repeats)
  return {
    name: 'the line of commits',
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

/** Tells which commit is the odd one out: looked at one after another, they are in order but for that one. */
class Dates {
  readonly #repeats: Repeats
  /** The last two in order. */
  #first: Commit | undefined
  #second: Commit | undefined
  /** Dated between these two: either it or the second is the odd one. */
  #between: Commit | undefined

  constructor(repeats: Repeats) {
    this.#repeats = repeats
  }

  look(commit: Commit, report: Reporter): void {
    const [second, between] = [this.#second, this.#between]
    if (between !== undefined && second !== undefined) {
      this.#between = undefined
      if (isBefore(commit, second)) {
        this.#early(second, between, report)
        this.#second = between
      } else this.#either(second, between, report)
    }
    this.#place(commit, report)
  }

  end(report: Reporter): void {
    if (this.#second !== undefined && this.#between !== undefined) this.#either(this.#second, this.#between, report)
  }

  #place(commit: Commit, report: Reporter): void {
    if (this.#second === undefined || !isBefore(commit, this.#second)) {
      this.#first = this.#second
      this.#second = commit
    } else if (this.#first !== undefined && isBefore(commit, this.#first)) this.#late(commit, this.#second, report)
    else this.#between = commit
  }

  #either(earlier: Commit, later: Commit, report: Reporter): void {
    this.#early(earlier, later, report)
    this.#late(later, earlier, report)
  }

  #early = (odd: Commit, next: Commit, report: Reporter) =>
    this.#found(odd, `after one that follows it (${day(next)})`, report)

  #late = (odd: Commit, before: Commit, report: Reporter) =>
    this.#found(odd, `before one that it follows (${day(before)})`, report)

  #found(odd: Commit, what: string, report: Reporter): void {
    this.#repeats.finding(report, odd.oid, '', 'history/date', null, `This commit is dated ${day(odd)}, ${what}.`)
  }
}

/** The engine writes and commits at once; a person may have written a commit a while before. */
function reportMoved({ author, committer }: Commit, byEngine: boolean, report: Reporter): void {
  const heldBack = Math.abs(committer.at.getTime() - author.at.getTime())
  if (heldBack <= (byEngine ? 0 : MAX_HELD_BACK_MS)) return
  const message = `This commit was written at ${time(author.at)} but committed at ${time(committer.at)}: it was moved or changed afterwards.`
  report.finding('history/moved', null, message)
}

const isBefore = (a: Commit, b: Commit) => a.committer.at.getTime() < b.committer.at.getTime() - CLOCK_TOLERANCE_MS
const time = (at: Date) => (Number.isNaN(at.getTime()) ? 'an impossible time' : at.toISOString().replace('.000', ''))
const day = ({ committer }: Commit) => time(committer.at)
