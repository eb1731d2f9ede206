/**
 * Edits by hand that a person stands for, by name and with a reason: explained rather than broken rules. What rests on
 * one has to be believed. Only edits of the engine's files by hand can be adopted, and only later.
 */
import { isAdoptable } from '../engine/adopt.ts'
import { isEngineMade } from '../engine/provenance.ts'
import { files } from '../state/files.ts'
import type { Decision } from './decision.ts'
import { explanationOf } from './explained.ts'
import type { Finding } from './finding.ts'
import type { Check, Reporter, Step } from './step.ts'

/** What nobody can stand for: decisions and signatures are right or wrong, and acts cannot speak for themselves. */
const NEVER = /^(decision|signature|intervention|evidence|history|verify)\//

/** Decided by a whole round: what was edited in it before, they rest on. */
const CROWN: ReadonlySet<string> = new Set(['winner', 'leader'])

type Pairs = readonly (readonly [string, string])[]

/** As JSON, for a walk that goes on later. */
interface Memory {
  readonly edits: readonly (readonly [string, readonly string[]])[]
  readonly crowned: readonly (readonly [string, readonly string[]])[]
  readonly adopted: Pairs
}

export class Adoptions implements Check {
  readonly name = 'edits that a person stands for'
  /** Commits by hand, and what of the engine's they changed. */
  readonly #edits = new Map<string, readonly string[]>()
  /** Commits that decided a round or its crown, and the edits of that round before them. */
  readonly #crowned = new Map<string, readonly string[]>()
  /** `commit path`, and who stands for it. */
  readonly #adopted = new Map<string, string>()

  /** Whether all that came before is known. */
  #isWhole = true

  begin(_records: unknown, memory?: unknown): void {
    this.#isWhole = memory !== undefined
    const { edits = [], crowned = [], adopted = [] } = (memory ?? {}) as Partial<Memory>
    for (const [commit, paths] of edits) this.#edits.set(commit, paths)
    for (const [commit, commits] of crowned) this.#crowned.set(commit, commits)
    for (const [place, by] of adopted) this.#adopted.set(place, by)
  }

  memory(): Memory {
    return { edits: [...this.#edits], crowned: [...this.#crowned], adopted: [...this.#adopted] }
  }

  async step(step: Step, report: Reporter): Promise<void> {
    const found = await explanationOf(step)
    if (found?.act?.kind === 'adopt') this.#adopt(found.path, found.act, report)
    else if (!step.isRoot && !isEngineMade(step)) this.#note(step, found?.explained)
    this.#crown(step)
  }

  #note({ changed, commit }: Step, explained: ReadonlySet<string> = new Set()): void {
    const paths = changed.map(({ path }) => path).filter((path) => isAdoptable(path) && !explained.has(path))
    if (paths.length > 0) this.#edits.set(commit.oid, paths)
  }

  #adopt(record: string, act: { commit: string; paths: string[]; by: string; reason: string }, report: Reporter): void {
    const edited = new Set(this.#edits.get(act.commit))
    for (const path of act.paths)
      if (edited.has(path))
        this.#adopted.set(`${act.commit} ${path}`, `Adopted by ${act.by} in ${record}: ${act.reason}`)
    const stranger = act.paths.find((path) => !edited.has(path))
    if (stranger === undefined || !this.#isWhole) return
    const what = `${act.commit.slice(0, 10)} did not change ${stranger} by hand, or it is not the engine’s`
    report.finding('intervention/contents', record, `The act recorded in ${record} does not hold: ${what}.`)
  }

  #crown({ changed, stateBefore: state, commit }: Step): void {
    if (this.#edits.size === 0 || state === undefined) return
    const round = `rounds/${state.current_round}/`
    const winner = files.winner.path(state.current_round)
    if (!changed.some(({ path }) => path === winner || path === files.leader.path())) return
    const edits = [...this.#edits].flatMap(([oid, paths]) =>
      paths.some((path) => path.startsWith(round)) ? [oid] : [],
    )
    if (edits.length > 0) this.#crowned.set(commit.oid, edits)
  }

  applied(findings: readonly Finding[]): Finding[] {
    return findings.map((finding) => {
      const { code, severity, commit, path, message } = finding
      const by = path === null ? undefined : this.#adopted.get(`${commit} ${path}`)
      if (by === undefined || severity !== 'error' || NEVER.test(code)) return finding
      return { ...finding, severity: 'note', message: `${message} ${by}` }
    })
  }

  /** Whoever stands for an edit has to be believed in what was made of it. */
  believed(decisions: readonly Decision[]): Decision[] {
    const adopted = new Map([...this.#adopted].map(([place, by]) => [place.slice(0, place.indexOf(' ')), by]))
    return decisions.map((decision) => {
      const { kind, commit, level } = decision
      const edits = CROWN.has(kind) ? (this.#crowned.get(commit) ?? []) : []
      const by = [commit, ...edits].map((each) => adopted.get(each)).find((each) => each !== undefined)
      if (by === undefined || level !== 'proved') return decision
      return { ...decision, level: 'consistent', note: `it rests on an edit by hand. ${by}` }
    })
  }
}
