import type { Chain } from '../chain/chain.ts'
import type { CodeHost } from '../repo/code-host.ts'
import type { Config } from '../state/config.ts'
import type { Stage, State } from '../state/state.ts'
import type { Writer } from '../state/state-file.ts'
import type { Change } from './change.ts'
import type { Clock } from './clock.ts'
import type { Format } from './format.ts'
import type { Snapshot } from './snapshot.ts'
import type { WorkPool } from './work-pool.ts'

/** What every step may use. */
export interface Context {
  readonly chain: Chain
  readonly clock: Clock
  readonly pool: WorkPool
  readonly format: Format
  /** Asked whether an entry's repository has its commit; without one nobody is. */
  readonly codeHost?: CodeHost | undefined
  /** Aborted when the run should stop in good order. */
  readonly signal: AbortSignal
  /** Tells people how far a long piece of work has come; never decides anything. */
  progress(event: Progress): void
}

export interface Progress {
  readonly what: string
  readonly done?: number
  readonly total?: number
}

/** One round of the competition, as of a snapshot. */
export interface Round {
  readonly number: number
  readonly state: State
  readonly config: Config
  readonly snapshot: Snapshot
}

/** Why nothing more can happen now. */
export interface Waiting {
  /** For people: `block 7200`, `the source audit of 5F4Ha…`. */
  readonly for: string
  /** When it is expected, if that is known. */
  readonly eta?: Date
  /** When it should have happened at the latest; after that the competition is late. */
  readonly due?: Date
}

/**
 * The owner of one or more stages. `run` yields what it decides, piece by piece; the tick commits the pieces, in
 * batches, and may end the run after any of them. It returns what it waits for, or nothing when it moved the stage on
 * or has nothing left to do.
 */
export interface Owner {
  readonly name: Exclude<Writer, 'human'>
  readonly stages: readonly Stage[]
  run(round: Round, context: Context): AsyncGenerator<Change, Waiting | undefined>
}
