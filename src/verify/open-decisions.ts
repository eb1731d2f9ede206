/** Decisions that a later commit may still complete: in older histories the two halves of a match came one by one. */
import type { Check, Reporter } from './step.ts'

type Open = Parameters<Reporter['decision']>[0]

export class OpenDecisions implements Check {
  readonly name = 'open decisions'
  #open = new Map<string, Open>()

  begin(_records: unknown, memory?: unknown): void {
    if (Array.isArray(memory)) this.#open = new Map(memory as [string, Open][])
  }

  memory(): unknown {
    return [...this.#open]
  }

  /** What was open under this key is no more; `decision` is, until the end or until something else is said of it. */
  set(key: string, decision: Open | undefined): void {
    this.#open.delete(key)
    if (decision !== undefined) this.#open.set(key, decision)
  }

  step(): void {}

  end(_records: unknown, report: Reporter): void {
    for (const decision of this.#open.values()) report.decision(decision)
  }
}
