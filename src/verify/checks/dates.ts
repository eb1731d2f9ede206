/** Whether commits are dated in their order, and which is the odd one out where they are not. */
import type { HistoryCommit } from '../../repo/history.ts'
import type { Reporter } from '../step.ts'
import type { Repeats } from './repeats.ts'
import { moment } from './words.ts'

/** By how much the clocks of two machines that both commit may differ. */
const CLOCK_TOLERANCE_MS = 60_000

interface Dated {
  readonly oid: string
  readonly at: number
}

/** As JSON, for a walk that goes on later. */
interface Seen {
  /** The last two in order. */
  readonly first?: Dated | undefined
  readonly second?: Dated | undefined
  /** Dated between these two: either it or the second is the odd one. */
  readonly between?: Dated | undefined
}

export class Dates {
  readonly #repeats: Repeats
  #seen: Seen = {}

  constructor(repeats: Repeats) {
    this.#repeats = repeats
  }

  begin(memory: unknown): void {
    this.#seen = (memory as Seen | undefined) ?? {}
  }

  memory(): unknown {
    return this.#seen
  }

  look({ oid, committer }: Pick<HistoryCommit, 'oid' | 'committer'>, report: Reporter): void {
    const commit = { oid, at: committer.at.getTime() }
    const { first, second, between } = this.#seen
    if (second !== undefined && between !== undefined) {
      const isSecond = isBefore(commit, second)
      if (isSecond) this.#early(second, between, report)
      else this.#either(second, between, report)
      this.#seen = { first, second: isSecond ? between : second }
    }
    this.#place(commit, report)
  }

  end(report: Reporter): void {
    const { second, between } = this.#seen
    if (second !== undefined && between !== undefined) this.#either(second, between, report)
  }

  #place(commit: Dated, report: Reporter): void {
    const { first, second } = this.#seen
    if (second === undefined || !isBefore(commit, second)) this.#seen = { first: second, second: commit }
    else if (first !== undefined && isBefore(commit, first)) this.#late(commit, second, report)
    else this.#seen = { first, second, between: commit }
  }

  #either(earlier: Dated, later: Dated, report: Reporter): void {
    this.#early(earlier, later, report)
    this.#late(later, earlier, report)
  }

  #early = (odd: Dated, next: Dated, report: Reporter) =>
    this.#found(odd, `after one that follows it (${day(next)})`, report)

  #late = (odd: Dated, before: Dated, report: Reporter) =>
    this.#found(odd, `before one that it follows (${day(before)})`, report)

  #found(odd: Dated, what: string, report: Reporter): void {
    this.#repeats.finding(report, odd.oid, '', 'history/date', null, `This commit is dated ${day(odd)}, ${what}.`)
  }
}

const isBefore = (a: Dated, b: Dated) => a.at < b.at - CLOCK_TOLERANCE_MS
const day = ({ at }: Dated) => moment(new Date(at))
