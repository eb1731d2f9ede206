/** What `get_subnet_hyperparams` answers. */
import { bool, compact, struct, u16, u64 } from '../types.ts'

const short = compact(u16)
const long = compact(u64)

export const subnetHyperparams = struct('pallet_subtensor::rpc_info::subnet_info::SubnetHyperparams', {
  rho: short,
  kappa: short,
  immunity_period: short,
  min_allowed_weights: short,
  max_weights_limit: short,
  tempo: short,
  min_difficulty: long,
  max_difficulty: long,
  weights_version: long,
  weights_rate_limit: long,
  adjustment_interval: short,
  activity_cutoff: long,
  registration_allowed: bool,
  target_regs_per_interval: short,
  min_burn: long,
  max_burn: long,
  bonds_moving_avg: long,
  max_regs_per_block: short,
  serving_rate_limit: long,
  max_validators: short,
  adjustment_alpha: long,
  difficulty: long,
  commit_reveal_period: long,
  commit_reveal_weights_enabled: bool,
  alpha_high: short,
  alpha_low: short,
  liquid_alpha_enabled: bool,
})
