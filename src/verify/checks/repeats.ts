/** Keeps a report readable where the same thing happens again and again: beyond a limit it is counted, not listed. */
import type { Reporter } from '../step.ts'

interface Found {
  readonly code: string
  readonly path: string | null
  readonly commit: string
  unlisted: number
  listed: number
}

export class Repeats {
  readonly #limit: number
  readonly #found = new Map<string, Found>()

  /** @param limit how many findings of a kind are listed */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** @param kind what counts as the same thing, besides the code */
  finding(report: Reporter, commit: string, kind: string, ...[code, path, message, other]: Finding): void {
    const key = `${code} ${kind}`
    const known = this.#found.get(key)
    const listed = known?.listed ?? 0
    if (listed < this.#limit) report.finding(code, path, message, { commit, ...other })
    const unlisted = (known?.unlisted ?? 0) + (listed < this.#limit ? 0 : 1)
    this.#found.set(key, { code, path, commit, unlisted, listed: Math.min(listed + 1, this.#limit) })
  }

  /** What was not listed, in a sentence a kind, at the last commit where it happened. */
  end(report: Reporter): void {
    for (const { code, path, commit, unlisted } of this.#found.values()) {
      if (unlisted === 0) continue
      const more = unlisted === 1 ? 'Once more' : `${unlisted} times more`
      report.finding(code, path, `${more}, the last time at this commit: the same as listed before.`, { commit })
    }
    this.#found.clear()
  }
}

type Finding = Parameters<Reporter['finding']>
