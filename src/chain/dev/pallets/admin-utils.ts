/** Pallet `AdminUtils`: what root sets, and the owner of a subnet for his own. Each call writes one value. */
import { ensure, type Handler } from '../runtime/context.ts'
import type { Name } from '../runtime/runtime.ts'

/** Of one subnet: `netuid`, and the value. */
const ofSubnet: Readonly<Record<string, string>> = {
  sudo_set_serving_rate_limit: 'ServingRateLimit',
  sudo_set_weights_version_key: 'WeightsVersionKey',
  sudo_set_weights_set_rate_limit: 'WeightsSetRateLimit',
  sudo_set_immunity_period: 'ImmunityPeriod',
  sudo_set_min_allowed_weights: 'MinAllowedWeights',
  sudo_set_max_allowed_uids: 'MaxAllowedUids',
  sudo_set_activity_cutoff: 'ActivityCutoff',
  sudo_set_network_registration_allowed: 'NetworkRegistrationAllowed',
  sudo_set_max_allowed_validators: 'MaxAllowedValidators',
  sudo_set_max_registrations_per_block: 'MaxRegistrationsPerBlock',
  sudo_set_target_registrations_per_interval: 'TargetRegistrationsPerInterval',
  sudo_set_tempo: 'Tempo',
  sudo_set_commit_reveal_weights_enabled: 'CommitRevealWeightsEnabled',
  sudo_set_commit_reveal_weights_interval: 'RevealPeriodEpochs',
  sudo_set_subnet_owner_hotkey: 'SubnetOwnerHotkey',
  sudo_set_sn_owner_hotkey: 'SubnetOwnerHotkey',
  sudo_set_mechanism_count: 'MechanismCountCurrent',
}

/** Of all subnets: root alone sets them. */
const ofChain: Readonly<Record<string, string>> = {
  sudo_set_stake_threshold: 'StakeThreshold',
  sudo_set_commit_reveal_version: 'CommitRevealWeightsVersion',
  sudo_set_admin_freeze_window: 'AdminFreezeWindow',
  sudo_set_tx_rate_limit: 'TxRateLimit',
}

const subnetSetter =
  (item: string): Handler =>
  ({ state }, args, origin) => {
    const netuid = args.number('netuid')
    ensure(state.flag('SubtensorModule.NetworksAdded', netuid), 'AdminUtils.SubnetDoesNotExist')
    const owner = state.account('SubtensorModule.SubnetOwner', netuid)
    ensure(origin === 'root' || origin.signed === owner, 'BadOrigin')
    state.set(`SubtensorModule.${item}`, [netuid], args.codec(args.names.at(-1)!))
  }

const chainSetter =
  (item: string): Handler =>
  ({ state }, args, origin) => {
    ensure(origin === 'root', 'BadOrigin')
    state.set(`SubtensorModule.${item}`, [], args.codec(args.names.at(-1)!))
  }

/** A price that stands still goes where its limits push it. */
const priceLimit =
  (item: 'MinBurn' | 'MaxBurn'): Handler =>
  (context, args, origin) => {
    subnetSetter(item)(context, args, origin)
    const { state } = context
    const netuid = args.number('netuid')
    const [price, limit] = [state.big('SubtensorModule.Burn', netuid), state.big(`SubtensorModule.${item}`, netuid)]
    const isBeyond = item === 'MinBurn' ? price < limit : price > limit
    if (isBeyond) state.set('SubtensorModule.Burn', [netuid], limit)
  }

export const adminUtils: readonly (readonly [name: Name, handler: Handler])[] = [
  ...Object.entries(ofSubnet).map(([call, item]) => [`AdminUtils.${call}`, subnetSetter(item)] as const),
  ['AdminUtils.sudo_set_min_burn', priceLimit('MinBurn')],
  ['AdminUtils.sudo_set_max_burn', priceLimit('MaxBurn')],
  ...Object.entries(ofChain).map(([call, item]) => [`AdminUtils.${call}`, chainSetter(item)] as const),
]
