import { constant, type Pallet } from '../pallet.ts'
import { dispatchError, runtimeCall } from '../substrate-types.ts'
import { names, sequence, u32, variant } from '../types.ts'

const calls = sequence(runtimeCall)

export const utility: Pallet = {
  name: 'Utility',
  index: 11,
  crate: 'pallet_subtensor_utility',
  calls: [
    // Stops at the first failure; reverts at the first failure; goes on.
    variant(0, 'batch', { calls }),
    variant(2, 'batch_all', { calls }),
    variant(4, 'force_batch', { calls }),
  ],
  events: [
    variant(0, 'BatchInterrupted', { index: u32, error: dispatchError }),
    variant(1, 'BatchCompleted'),
    variant(2, 'BatchCompletedWithErrors'),
    variant(3, 'ItemCompleted'),
    variant(4, 'ItemFailed', { error: dispatchError }),
  ],
  errors: names(['TooManyCalls', 'InvalidDerivedAccount']),
  constants: [constant('batched_calls_limit', u32, 10_922)],
}
