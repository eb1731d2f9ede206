import type { Pallet } from '../pallet.ts'
import { accountId, balance, netuid } from '../substrate-types.ts'
import { bool, names, u16, u64, variant } from '../types.ts'

/** Setters of hyperparameters, for whoever owns a subnet and for sudo. */
export const adminUtils: Pallet = {
  name: 'AdminUtils',
  index: 19,
  crate: 'pallet_admin_utils',
  calls: [
    variant(3, 'sudo_set_serving_rate_limit', { netuid, serving_rate_limit: u64 }),
    variant(6, 'sudo_set_weights_version_key', { netuid, weights_version_key: u64 }),
    variant(7, 'sudo_set_weights_set_rate_limit', { netuid, weights_set_rate_limit: u64 }),
    variant(13, 'sudo_set_immunity_period', { netuid, immunity_period: u16 }),
    variant(14, 'sudo_set_min_allowed_weights', { netuid, min_allowed_weights: u16 }),
    variant(15, 'sudo_set_max_allowed_uids', { netuid, max_allowed_uids: u16 }),
    variant(19, 'sudo_set_network_registration_allowed', { netuid, registration_allowed: bool }),
    variant(22, 'sudo_set_min_burn', { netuid, min_burn: balance }),
    variant(23, 'sudo_set_max_burn', { netuid, max_burn: balance }),
    variant(25, 'sudo_set_max_allowed_validators', { netuid, max_allowed_validators: u16 }),
    variant(30, 'sudo_set_tempo', { netuid, tempo: u16 }),
    variant(42, 'sudo_set_stake_threshold', { min_stake: balance }),
    variant(49, 'sudo_set_commit_reveal_weights_enabled', { netuid, enabled: bool }),
    variant(57, 'sudo_set_commit_reveal_weights_interval', { netuid, interval: u64 }),
    variant(67, 'sudo_set_sn_owner_hotkey', { netuid, hotkey: accountId }),
    variant(71, 'sudo_set_commit_reveal_version', { version: u16 }),
  ],
  errors: names([
    'SubnetDoesNotExist',
    'MaxValidatorsLargerThanMaxUIds',
    'MaxAllowedUIdsLessThanCurrentUIds',
    'BondsMovingAverageMaxReached',
    'NegativeSigmoidSteepness',
    'ValueNotInBounds',
    'MinAllowedUidsGreaterThanCurrentUids',
    'MinAllowedUidsGreaterThanMaxAllowedUids',
    'MaxAllowedUidsLessThanMinAllowedUids',
    'MaxAllowedUidsGreaterThanDefaultMaxAllowedUids',
    'InvalidValue',
    'NotPermittedOnRootSubnet',
    'POWRegistrationDisabled',
    'Deprecated',
  ]),
}
