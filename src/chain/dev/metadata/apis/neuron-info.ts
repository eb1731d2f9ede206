/** What `NeuronInfoRuntimeApi` tells of a neuron. */
import { axonInfo, prometheusInfo } from '../pallets/subtensor-module/types.ts'
import { accountId, balance, netuid } from '../substrate-types.ts'
import { bool, compact, sequence, struct, tuple, u16, u64 } from '../types.ts'

const score = compact(u16)

export const neuronInfoLite = struct('pallet_subtensor::rpc_info::neuron_info::NeuronInfoLite', {
  hotkey: accountId,
  coldkey: accountId,
  uid: compact(u16),
  netuid: compact(netuid),
  active: bool,
  axon_info: axonInfo,
  prometheus_info: prometheusInfo,
  // By coldkey.
  stake: sequence(tuple(accountId, compact(balance))),
  rank: score,
  emission: compact(balance),
  incentive: score,
  consensus: score,
  trust: score,
  validator_trust: score,
  dividends: score,
  last_update: compact(u64),
  validator_permit: bool,
  pruning_score: score,
})
