/**
 * In histories without trailers: what people did by hand as they should, worth knowing because nothing else tells it
 * from what the services did. Where the engine says itself what it did, there is nothing to tell.
 */
import { isEngineOwned } from '../../rules/ownership.ts'
import type { Reporter, Step } from '../step.ts'
import type { Authored } from './authorship.ts'
import { listed, quoted, titleOf } from './words.ts'

interface Told {
  readonly code: string
  readonly commit: string
  readonly path: string
  readonly round: number | null
  readonly message: string
}

export class PeoplesActs {
  #told: Told[] = []
  /** Since the last commit of a service. */
  #pending: Told[] = []
  #hasServices = false

  begin(memory: unknown): void {
    const known = memory as { told: Told[]; pending: Told[]; hasServices: boolean } | undefined
    this.#told = known?.told ?? []
    this.#pending = known?.pending ?? []
    this.#hasServices = known?.hasServices ?? false
  }

  memory(): unknown {
    return { told: this.#told, pending: this.#pending, hasServices: this.#hasServices }
  }

  look(step: Step, by: Authored, isFounding: boolean): void {
    const records = step.changed.filter(({ located }) => located !== undefined)
    if (by.typed || step.strict) this.#pending = []
    else if (records.some((each) => by.of(each) !== 'human')) {
      this.#told.push(...this.#pending)
      this.#pending = []
      this.#hasServices = true
    }
    if (by.typed || step.strict) return
    const byHand = records.filter((each) => by.of(each) === 'human' && (isFounding || !isEngineOwned(each.path)))
    const paths = byHand.map(({ path }) => path)
    const [path] = paths
    if (path === undefined) return
    const title = quoted(titleOf(step.text))
    const message = isFounding
      ? `Set up by hand before the first round began (${title}): ${listed(paths)}.`
      : `Recorded by a person (${title}): ${listed(paths)}.`
    const round = (step.stateBefore ?? step.stateAfter)?.current_round ?? null
    const code = isFounding ? 'stage/founding' : 'stage/by-person'
    this.#pending.push({ code, commit: step.commit.oid, path, round, message })
  }

  end(report: Reporter): void {
    const all = this.#hasServices ? [...this.#told, ...this.#pending] : this.#told
    for (const { code, commit, path, round, message } of all)
      report.finding(code, path, message, { commit, ...(round === null ? {} : { round }) })
  }
}
