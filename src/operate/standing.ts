/** Where the competition stands, as the last tick saw it; how late it is follows from the time at which that is asked. */
import type { AdvanceReport } from '../engine/advance.ts'
import type { Waiting } from '../engine/owner.ts'
import { lateness, type Standstill } from '../rules/lateness.ts'

export interface Seen {
  readonly competition: string
  readonly head: string
  readonly standstill: Standstill
  readonly at: Date
}

export interface StandingNow {
  readonly competition: string
  readonly head: string
  readonly round: number
  readonly stage: string
  readonly attempt?: number
  /** The newest that was seen of the chain. */
  readonly block: number | null
  readonly waiting: { readonly for: string; readonly eta: string | null; readonly due: string | null } | null
  /** Blocks since what comes next was due. */
  readonly lag_blocks: number
  /** Whether these are more than the operator puts up with. */
  readonly late: boolean
  readonly seen_at: string
}

export class Standing {
  readonly #lateAfterBlocks: number
  #seen: Seen | undefined
  #waiting: Waiting | undefined
  #block: number | undefined

  constructor(lateAfterBlocks: number) {
    this.#lateAfterBlocks = lateAfterBlocks
  }

  see(seen: Seen): void {
    this.#seen = seen
  }

  seeBlock(number: number): void {
    this.#block = number
  }

  /** What the last tick waits for. */
  reported({ waiting }: AdvanceReport): void {
    this.#waiting = waiting
  }

  at(now: Date): StandingNow | null {
    if (this.#seen === undefined) return null
    const { competition, head, standstill, at } = this.#seen
    const { current_round: round, stage, attempt } = standstill.state
    const { lateBlocks } = lateness(standstill, now)
    return {
      competition,
      head,
      round,
      stage,
      ...(attempt !== undefined && { attempt }),
      block: this.#block ?? null,
      waiting: this.#waiting ? shown(this.#waiting) : null,
      lag_blocks: lateBlocks,
      late: lateBlocks > this.#lateAfterBlocks,
      seen_at: at.toISOString(),
    }
  }
}

const shown = ({ for: what, eta, due }: Waiting) => ({
  for: what,
  eta: eta?.toISOString() ?? null,
  due: due?.toISOString() ?? null,
})
