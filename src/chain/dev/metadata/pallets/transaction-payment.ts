import { constant, type Pallet, stored } from '../pallet.ts'
import { accountId, balance } from '../substrate-types.ts'
import { struct, u8, u128, variant } from '../types.ts'

const fixedU128 = struct('sp_arithmetic::fixed_point::FixedU128', [u128])

export const transactionPayment: Pallet = {
  name: 'TransactionPayment',
  index: 6,
  crate: 'pallet_transaction_payment',
  // One, with 18 decimals.
  storage: [stored('NextFeeMultiplier', [], fixedU128, 10n ** 18n)],
  events: [variant(0, 'TransactionFeePaid', { who: accountId, actual_fee: balance, tip: balance })],
  constants: [constant('OperationalFeeMultiplier', u8, 5)],
}
