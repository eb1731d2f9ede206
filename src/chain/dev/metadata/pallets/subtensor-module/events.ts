import { accountId, balance, dispatchError, hash, netuid } from '../../substrate-types.ts'
import { bool, compact, sequence, u16, u64, variant } from '../../types.ts'

/** Most of the pallet's events have fields without names. */
export const events = [
  variant(0, 'NetworkAdded', [netuid, u16]),
  // Coldkey, hotkey, TAO, alpha, subnet, fee.
  variant(2, 'StakeAdded', [accountId, accountId, balance, balance, netuid, balance]),
  variant(3, 'StakeRemoved', [accountId, accountId, balance, balance, netuid, balance]),
  // Whose weights: the uid.
  variant(5, 'WeightsSet', [netuid, u16]),
  variant(6, 'NeuronRegistered', [netuid, u16, accountId]),
  variant(9, 'MaxAllowedUidsSet', [netuid, u16]),
  variant(19, 'MinAllowedWeightSet', [netuid, u16]),
  variant(22, 'WeightsSetRateLimitSet', [netuid, u64]),
  variant(23, 'ImmunityPeriodSet', [netuid, u16]),
  variant(27, 'MaxAllowedValidatorsSet', [netuid, u16]),
  variant(28, 'AxonServed', [netuid, accountId]),
  variant(32, 'WeightsVersionKeySet', [netuid, u64]),
  variant(35, 'ServingRateLimitSet', [netuid, u64]),
  variant(36, 'BurnSet', [netuid, balance]),
  variant(37, 'MaxBurnSet', [netuid, balance]),
  variant(38, 'MinBurnSet', [netuid, balance]),
  variant(50, 'RegistrationAllowed', [netuid, bool]),
  variant(52, 'TempoSet', [netuid, u16]),
  variant(54, 'StakeThresholdSet', [balance]),
  variant(78, 'SubnetIdentitySet', [netuid]),
  variant(85, 'WeightsCommitted', [accountId, netuid, hash]),
  variant(86, 'WeightsRevealed', [accountId, netuid, hash]),
  variant(87, 'WeightsBatchRevealed', [accountId, netuid, sequence(hash)]),
  variant(88, 'BatchWeightsCompleted', [sequence(compact(netuid)), accountId]),
  variant(89, 'BatchCompletedWithErrors'),
  variant(90, 'BatchWeightItemFailed', [netuid, dispatchError]),
  variant(94, 'SubnetOwnerHotkeySet', [netuid, accountId]),
  variant(100, 'CommitRevealPeriodsSet', [netuid, u64]),
  variant(101, 'CommitRevealEnabled', [netuid, bool]),
  variant(106, 'CommitRevealVersionSet', [u16]),
  variant(107, 'TimelockedWeightsCommitted', [accountId, netuid, hash, u64]),
  variant(108, 'TimelockedWeightsRevealed', [netuid, accountId]),
  variant(127, 'StakeLocked', { coldkey: accountId, hotkey: accountId, netuid, amount: balance }),
  variant(133, 'EpochSkipped', { netuid, block: u64 }),
]
