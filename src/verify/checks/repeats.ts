/** Keeps a report readable where the same thing happens again and again: beyond a limit it is counted, not listed. */
import type { Severity } from '../finding.ts'
import type { Reporter, Step } from '../step.ts'

/** As JSON, for a walk that goes on later. */
interface Found {
  readonly code: string
  readonly path: string | null
  /** Where it happened last. */
  readonly commit: string
  readonly severity?: Severity | undefined
  readonly listed: number
  readonly unlisted: number
}

export class Repeats {
  readonly #limit: number
  readonly #found = new Map<string, Found>()

  /** @param limit how many findings of a kind are listed */
  constructor(limit: number) {
    this.#limit = limit
  }

  begin(memory: unknown): void {
    for (const [kind, found] of (memory ?? []) as [string, Found][]) this.#found.set(kind, found)
  }

  memory(): unknown {
    return [...this.#found]
  }

  /** @param kind what counts as the same thing, besides the code */
  finding(report: Reporter, commit: string, kind: string, ...[code, path, message, other]: Finding): void {
    const key = `${code} ${kind}`
    const { listed = 0, unlisted = 0 } = this.#found.get(key) ?? {}
    const isListed = listed < this.#limit
    if (isListed) report.finding(code, path, message, { commit, ...other })
    this.#found.set(key, {
      code,
      path,
      commit,
      severity: other?.severity,
      listed: listed + Number(isListed),
      unlisted: unlisted + Number(!isListed),
    })
  }

  /** A reporter of findings that count as the same whenever their code is. */
  limiting({ commit }: Pick<Step, 'commit'>, report: Reporter): Reporter {
    return { ...report, finding: (...finding) => this.finding(report, commit.oid, '', ...finding) }
  }

  /** What was not listed, in a sentence a kind, at the last commit where it happened. */
  end(report: Reporter): void {
    for (const { code, path, commit, severity, unlisted } of this.#found.values()) {
      if (unlisted === 0) continue
      const more = unlisted === 1 ? 'Once more' : `${unlisted} times more`
      const message = `${more}, the last time at this commit: the same as listed before.`
      report.finding(code, path, message, severity === undefined ? { commit } : { commit, severity })
    }
  }
}

type Finding = Parameters<Reporter['finding']>
