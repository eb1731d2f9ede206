import { constant, type Pallet } from '../../pallet.ts'
import { balance } from '../../substrate-types.ts'
import { u16, u64 } from '../../types.ts'
import { calls } from './calls.ts'
import { errors } from './errors.ts'
import { events } from './events.ts'
import { storage } from './storage.ts'

/** Subnets, neurons, weights and stake: Bittensor's own pallet, as much of it as we use. */
export const subtensorModule: Pallet = {
  name: 'SubtensorModule',
  index: 7,
  crate: 'pallet_subtensor',
  storage,
  calls,
  events,
  errors,
  constants: [
    constant('InitialTempo', u16, 360),
    constant('InitialImmunityPeriod', u16, 4096),
    constant('InitialMaxAllowedUids', u16, 256),
    constant('InitialMinAllowedWeights', u16, 1024),
    constant('InitialBurn', balance, 100_000_000),
    constant('InitialMinBurn', balance, 500_000),
    constant('InitialMaxBurn', balance, 100_000_000_000),
    constant('InitialServingRateLimit', u64, 50),
  ],
}
