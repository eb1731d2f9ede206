import type { Clock } from '../../engine/clock.ts'
import type { SubstrateNode } from './substrate-node.ts'

export interface Pace {
  readonly clock: Clock
  /** How late a block may be heard of. */
  readonly everyMs: number
  readonly signal: AbortSignal
  /** Told of what a node should never throw; the pace is kept. */
  readonly onFailure: (error: unknown) => void
}

/**
 * A node makes its blocks when it is asked something; for those who listen only, somebody has to ask. Returns when the signal
 * aborts.
 */
export async function keepPace(node: Pick<SubstrateNode, 'catchUp'>, pace: Pace): Promise<void> {
  const { clock, everyMs, signal, onFailure } = pace
  while (!signal.aborted) {
    try {
      node.catchUp()
    } catch (error) {
      onFailure(error)
    }
    await clock.sleep(everyMs, signal).catch(() => undefined)
  }
}
