import { blake2, constant, type Pallet, stored } from '../pallet.ts'
import { accountData, accountId, address, balance, emptyAccount } from '../substrate-types.ts'
import { bool, compact, names, variant } from '../types.ts'

const who = { who: accountId, amount: balance }

export const balances: Pallet = {
  name: 'Balances',
  index: 5,
  crate: 'pallet_balances',
  storage: [
    stored('TotalIssuance', [], balance),
    stored('InactiveIssuance', [], balance),
    // Balances are in System.Account; this one stays empty, and wallets ask for it.
    stored('Account', [blake2(accountId)], accountData, emptyAccount),
  ],
  calls: [
    variant(0, 'transfer_allow_death', { dest: address, value: compact(balance) }),
    variant(3, 'transfer_keep_alive', { dest: address, value: compact(balance) }),
    variant(4, 'transfer_all', { dest: address, keep_alive: bool }),
    variant(8, 'force_set_balance', { who: address, new_free: compact(balance) }),
  ],
  events: [
    variant(0, 'Endowed', { account: accountId, free_balance: balance }),
    variant(1, 'DustLost', { account: accountId, amount: balance }),
    variant(2, 'Transfer', { from: accountId, to: accountId, amount: balance }),
    variant(3, 'BalanceSet', { who: accountId, free: balance }),
    variant(7, 'Deposit', who),
    variant(8, 'Withdraw', who),
    variant(11, 'Burned', who),
  ],
  errors: names([
    'VestingBalance',
    'LiquidityRestrictions',
    'InsufficientBalance',
    'ExistentialDeposit',
    'Expendability',
    'ExistingVestingSchedule',
    'DeadAccount',
    'TooManyReserves',
    'TooManyHolds',
    'TooManyFreezes',
    'IssuanceDeactivated',
    'DeltaZero',
  ]),
  constants: [constant('ExistentialDeposit', balance, 500)],
}
