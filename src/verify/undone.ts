/**
 * Edits by hand that were undone before anything was built on them: they must be explained, but nothing follows from
 * them. The engine sees it the same way, and goes on.
 */
import { isEngineMade } from '../engine/provenance.ts'
import { isEngineOwned } from '../rules/ownership.ts'
import { explainedBy } from './explained.ts'
import type { Finding } from './finding.ts'
import type { Changed, Check, Step } from './step.ts'

/** What undoing does not heal: who signed what, acts, evidence, and the line of commits itself. */
const NEVER = /^(signature|intervention|evidence|history|paths|time)\//

export class Undone implements Check {
  readonly name = 'edits that were undone'
  /** Of the files of the engine's that differ from what it left: what they were. */
  readonly #originals = new Map<string, string>()
  /** Commits by hand since the engine's last one. */
  #edits: string[] = []
  readonly #undone = new Set<string>()

  begin(_records: unknown, memory?: unknown): void {
    const known = memory as { originals: [string, string][]; edits: string[]; undone: string[] } | undefined
    for (const [path, original] of known?.originals ?? []) this.#originals.set(path, original)
    this.#edits = [...(known?.edits ?? [])]
    for (const commit of known?.undone ?? []) this.#undone.add(commit)
  }

  memory(): unknown {
    return { originals: [...this.#originals], edits: this.#edits, undone: [...this.#undone] }
  }

  async step(step: Step): Promise<void> {
    if (!step.strict || isEngineMade(step) || (await explainedBy(step)).size > 0) {
      this.#originals.clear()
      this.#edits = []
      return
    }
    const edited = step.changed.filter(({ path }) => isEngineOwned(path))
    if (edited.length === 0) return
    for (const each of edited) this.#note(each)
    this.#edits.push(step.commit.oid)
    if (this.#originals.size > 0) return
    for (const commit of this.#edits) this.#undone.add(commit)
    this.#edits = []
  }

  #note({ path, before, after }: Changed): void {
    if (!this.#originals.has(path)) this.#originals.set(path, contents(before))
    if (this.#originals.get(path) === contents(after)) this.#originals.delete(path)
  }

  applied(findings: readonly Finding[]): Finding[] {
    return findings.map((finding) => {
      const { code, severity, commit, path, message } = finding
      if (severity !== 'error' || !this.#undone.has(commit) || NEVER.test(code)) return finding
      // What else such a commit did was not put back: only the engine's files were looked at.
      if (path !== null && !isEngineOwned(path)) return finding
      return { ...finding, severity: 'warning', message: `${message} ${HEALED}` }
    })
  }
}

const HEALED = 'The engine’s files were put back as they had been before it went on.'

const contents = (record: Changed['before']) => (record === undefined ? '' : `${record.mode} ${record.oid}`)
