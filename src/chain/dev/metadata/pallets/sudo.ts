import { optional, type Pallet } from '../pallet.ts'
import { accountId, dispatchResult, runtimeCall } from '../substrate-types.ts'
import { names, variant } from '../types.ts'

export const sudo: Pallet = {
  name: 'Sudo',
  index: 12,
  crate: 'pallet_sudo',
  storage: [optional('Key', [], accountId)],
  calls: [variant(0, 'sudo', { call: runtimeCall })],
  events: [variant(0, 'Sudid', { sudo_result: dispatchResult })],
  errors: names(['RequireSudo']),
}
