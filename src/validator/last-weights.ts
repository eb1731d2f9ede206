/** What a validator's last weights were, from all that can be known of them. */
import type { Neuron } from '../chain/subnets.ts'
import type { Weights } from '../rules/weights.ts'
import type { RecordedWeights } from './weights-record.ts'

const NONE: Weights = { uids: [], values: [] }

export interface KnownWeights {
  readonly neuron: Neuron
  /** As the chain shows them; undefined while there are none. */
  readonly shown: Weights | undefined
  /** What was set last from here. */
  readonly record: RecordedWeights | undefined
  /** Whether weights are committed, so that what the chain shows is older. */
  readonly commitReveal: boolean
}

/** @returns undefined for a commit whose content is known to whoever made it only */
export function lastWeights({ neuron, shown, record, commitReveal }: KnownWeights): Weights | undefined {
  // A registration counts as an update, too, and a uid may have been somebody else's before.
  if (neuron.lastUpdate <= neuron.registeredAt) return NONE
  if (!commitReveal) return shown ?? NONE
  return record !== undefined && isFrom(record, neuron.lastUpdate)
    ? { uids: record.uids, values: record.values }
    : undefined
}

/** Whether it is the record of the weights of that block. */
export const isFrom = ({ set_at, planned_at }: RecordedWeights, lastUpdate: number): boolean =>
  set_at === null ? lastUpdate > planned_at : lastUpdate === set_at
