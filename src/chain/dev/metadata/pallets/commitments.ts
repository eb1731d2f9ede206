import { DEFAULT_MAX_SPACE, MAX_FIELDS, MAX_RAW_BYTES } from '../../../commitment-data.ts'
import { constant, identity, optional, type Pallet, stored, twox64 } from '../pallet.ts'
import { accountId, balance, blockNumber, netuid } from '../substrate-types.ts'
import {
  array,
  boundedVec,
  btreeSet,
  bytes,
  enumeration,
  names,
  sequence,
  struct,
  tuple,
  u8,
  u32,
  u64,
  variant,
} from '../types.ts'

/** Short bytes need no length of their own: the variant says it. */
const raw = Array.from({ length: MAX_RAW_BYTES + 1 }, (_, length) =>
  variant(length + 1, `Raw${length}`, [array(u8, length)]),
)
const hashes = ['BlakeTwo256', 'Sha256', 'Keccak256', 'ShaThree256']

const data = enumeration('pallet_commitments::types::Data', [
  variant(0, 'None'),
  ...raw,
  ...hashes.map((name, at) => variant(130 + at, name, [array(u8, 32)])),
  variant(134, 'TimelockEncrypted', { encrypted: boundedVec(u8), reveal_round: u64 }),
  variant(135, 'ResetBondsFlag'),
  variant(136, 'BigRaw', [boundedVec(u8)]),
])

const info = struct('pallet_commitments::types::CommitmentInfo', { fields: boundedVec(data) })
const registration = struct('pallet_commitments::types::Registration', { deposit: balance, block: blockNumber, info })
const usage = struct('pallet_commitments::types::UsageTracker', { last_epoch: u64, used_space: u64 })

const byHotkey = [identity(netuid), twox64(accountId)]

export const commitments: Pallet = {
  name: 'Commitments',
  index: 18,
  crate: 'pallet_commitments',
  storage: [
    stored('TimelockedIndex', [], btreeSet(tuple(netuid, accountId))),
    optional('CommitmentOf', byHotkey, registration),
    optional('LastCommitment', byHotkey, blockNumber),
    optional('LastBondsReset', byHotkey, blockNumber),
    // The text, and the block in which it was revealed.
    optional('RevealedCommitments', byHotkey, sequence(tuple(bytes, u64))),
    optional('UsedSpaceOf', byHotkey, usage),
    stored('MaxSpace', [], u32, DEFAULT_MAX_SPACE),
  ],
  calls: [variant(0, 'set_commitment', { netuid, info }), variant(2, 'set_max_space', { new_limit: u32 })],
  events: [
    variant(0, 'Commitment', { netuid, who: accountId }),
    variant(1, 'TimelockCommitment', { netuid, who: accountId, reveal_round: u64 }),
    variant(2, 'CommitmentRevealed', { netuid, who: accountId }),
  ],
  errors: names([
    'TooManyFieldsInCommitmentInfo',
    'AccountNotAllowedCommit',
    'SpaceLimitExceeded',
    'UnexpectedUnreserveLeftover',
  ]),
  constants: [
    constant('MaxFields', u32, MAX_FIELDS),
    constant('InitialDeposit', balance, 0),
    constant('FieldDeposit', balance, 0),
  ],
}
