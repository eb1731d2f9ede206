import { accountId, balance, hash, netuid } from '../../substrate-types.ts'
import { boundedVec, compact, sequence, tuple, u8, u16, u64, variant } from '../../types.ts'
import { axonFields, subnetIdentityFields } from './types.ts'

const uids = sequence(u16)
const values = sequence(u16)
const weights = { dests: uids, weights: values, version_key: u64 }
const revealed = { uids, values, salt: sequence(u16), version_key: u64 }
const timelocked = { commit: boundedVec(u8), reveal_round: u64, commit_reveal_version: u16 }
/** Number of the mechanism. */
const mecid = u8

export const calls = [
  variant(0, 'set_weights', { netuid, ...weights }),
  variant(119, 'set_mechanism_weights', { netuid, mecid, ...weights }),
  variant(80, 'batch_set_weights', {
    netuids: sequence(compact(netuid)),
    weights: sequence(sequence(tuple(compact(u16), compact(u16)))),
    version_keys: sequence(compact(u64)),
  }),
  variant(113, 'commit_timelocked_weights', { netuid, ...timelocked }),
  variant(118, 'commit_timelocked_mechanism_weights', { netuid, mecid, ...timelocked }),
  variant(96, 'commit_weights', { netuid, commit_hash: hash }),
  variant(115, 'commit_mechanism_weights', { netuid, mecid, commit_hash: hash }),
  variant(100, 'batch_commit_weights', { netuids: sequence(compact(netuid)), commit_hashes: sequence(hash) }),
  variant(97, 'reveal_weights', { netuid, ...revealed }),
  variant(116, 'reveal_mechanism_weights', { netuid, mecid, ...revealed }),
  variant(98, 'batch_reveal_weights', {
    netuid,
    uids_list: sequence(uids),
    values_list: sequence(values),
    salts_list: sequence(sequence(u16)),
    version_keys: sequence(u64),
  }),
  variant(4, 'serve_axon', { netuid, ...axonFields }),
  variant(7, 'burned_register', { netuid, hotkey: accountId }),
  variant(134, 'register_limit', { netuid, hotkey: accountId, limit_price: balance }),
  variant(62, 'root_register', { hotkey: accountId }),
  variant(2, 'add_stake', { hotkey: accountId, netuid, amount_staked: balance }),
  variant(3, 'remove_stake', { hotkey: accountId, netuid, amount_unstaked: balance }),
  variant(136, 'lock_stake', { hotkey: accountId, netuid, amount: balance }),
  variant(59, 'register_network', { hotkey: accountId }),
  variant(78, 'set_subnet_identity', { netuid, ...subnetIdentityFields }),
]
