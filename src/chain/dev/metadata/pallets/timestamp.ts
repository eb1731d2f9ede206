import { constant, type Pallet, stored } from '../pallet.ts'
import { bool, compact, u64, variant } from '../types.ts'

/** Milliseconds since 1970. */
const moment = u64

export const timestamp: Pallet = {
  name: 'Timestamp',
  index: 2,
  crate: 'pallet_timestamp',
  storage: [stored('Now', [], moment), stored('DidUpdate', [], bool)],
  calls: [variant(0, 'set', { now: compact(moment) })],
  // Half the time between two blocks of the real chain; clients derive the life of a transaction from it.
  constants: [constant('MinimumPeriod', moment, 6000)],
}
