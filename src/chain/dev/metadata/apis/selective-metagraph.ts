/** What `get_selective_metagraph` answers: every field is there only if its number was asked for, but the first. */
import { axonInfo, chainIdentity, fixedI128, subnetIdentity } from '../pallets/subtensor-module/types.ts'
import { accountId, balance, netuid } from '../substrate-types.ts'
import { bool, compact, option, sequence, struct, tuple, u8, u16, u64, u128 } from '../types.ts'

const account = option(accountId)
const flag = option(bool)
const short = option(compact(u16))
const long = option(compact(u64))
const tokens = option(compact(balance))
const text = option(sequence(compact(u8)))
const accounts = option(sequence(accountId))
const flags = option(sequence(bool))
const scores = option(sequence(compact(u16)))
const blocks = option(sequence(compact(u64)))
const amounts = option(sequence(compact(balance)))
const perHotkey = option(sequence(tuple(accountId, compact(balance))))

/** Counted from 0, in the order in which they are asked for. */
export const selectiveMetagraph = struct('pallet_subtensor::rpc_info::metagraph::SelectiveMetagraph', {
  netuid: compact(netuid),
  name: text,
  symbol: text,
  identity: option(option(subnetIdentity)),
  network_registered_at: long,
  owner_hotkey: account,
  owner_coldkey: account,
  block: long,
  tempo: short,
  last_step: long,
  blocks_since_last_step: long,
  subnet_emission: tokens,
  alpha_in: tokens,
  alpha_out: tokens,
  tao_in: tokens,
  alpha_out_emission: tokens,
  alpha_in_emission: tokens,
  tao_in_emission: tokens,
  pending_alpha_emission: tokens,
  pending_root_emission: tokens,
  subnet_volume: option(compact(u128)),
  moving_price: option(fixedI128),
  rho: short,
  kappa: short,
  min_allowed_weights: short,
  max_weights_limit: short,
  weights_version: long,
  weights_rate_limit: long,
  activity_cutoff: long,
  max_validators: short,
  num_uids: short,
  max_uids: short,
  burn: tokens,
  difficulty: long,
  registration_allowed: flag,
  pow_registration_allowed: flag,
  immunity_period: short,
  min_difficulty: long,
  max_difficulty: long,
  min_burn: tokens,
  max_burn: tokens,
  adjustment_alpha: long,
  adjustment_interval: short,
  target_regs_per_interval: short,
  max_regs_per_block: short,
  serving_rate_limit: long,
  commit_reveal_weights_enabled: flag,
  commit_reveal_period: long,
  liquid_alpha_enabled: flag,
  alpha_high: short,
  alpha_low: short,
  bonds_moving_avg: long,
  hotkeys: accounts,
  coldkeys: accounts,
  identities: option(sequence(option(chainIdentity))),
  axons: option(sequence(axonInfo)),
  active: flags,
  validator_permit: flags,
  pruning_score: scores,
  last_update: blocks,
  emission: amounts,
  dividends: scores,
  incentives: scores,
  consensus: scores,
  trust: scores,
  rank: scores,
  block_at_registration: blocks,
  alpha_stake: amounts,
  tao_stake: amounts,
  total_stake: amounts,
  tao_dividends_per_hotkey: perHotkey,
  alpha_dividends_per_hotkey: perHotkey,
  validators: scores,
  // The bytes are a Registration.
  commitments: option(sequence(tuple(accountId, sequence(compact(u8))))),
})
