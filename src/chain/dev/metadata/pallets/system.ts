import { blake2, constant, optional, type Pallet, stored, twox64 } from '../pallet.ts'
import {
  accountData,
  accountId,
  blockNumber,
  digest,
  dispatchError,
  dispatchEventInfo,
  emptyAccount,
  hash,
  runtimeEvent,
} from '../substrate-types.ts'
import { bytes, enumeration, names, sequence, struct, u16, u32, variant } from '../types.ts'
import { runtimeVersion, version } from '../version.ts'

const accountInfo = struct('frame_system::AccountInfo', {
  nonce: u32,
  consumers: u32,
  providers: u32,
  sufficients: u32,
  data: accountData,
})

const phase = enumeration('frame_system::Phase', [
  variant(0, 'ApplyExtrinsic', [u32]),
  variant(1, 'Finalization'),
  variant(2, 'Initialization'),
])

const eventRecord = struct('frame_system::EventRecord', { phase, event: runtimeEvent, topics: sequence(hash) }, [
  ['E', runtimeEvent],
  ['T', hash],
])

export const system: Pallet = {
  name: 'System',
  index: 0,
  crate: 'frame_system',
  storage: [
    stored('Account', [blake2(accountId)], accountInfo, { data: emptyAccount }),
    optional('ExtrinsicCount', [], u32),
    stored('BlockHash', [twox64(blockNumber)], hash),
    stored('Number', [], blockNumber),
    stored('ParentHash', [], hash),
    stored('Digest', [], digest),
    stored('Events', [], sequence(eventRecord)),
    stored('EventCount', [], u32),
  ],
  calls: [variant(0, 'remark', { remark: bytes }), variant(7, 'remark_with_event', { remark: bytes })],
  events: [
    variant(0, 'ExtrinsicSuccess', { dispatch_info: dispatchEventInfo }),
    variant(1, 'ExtrinsicFailed', { dispatch_error: dispatchError, dispatch_info: dispatchEventInfo }),
    variant(3, 'NewAccount', { account: accountId }),
    variant(4, 'KilledAccount', { account: accountId }),
    variant(5, 'Remarked', { sender: accountId, hash }),
  ],
  errors: names([
    'InvalidSpecName',
    'SpecVersionNeedsToIncrease',
    'FailedToExtractRuntimeVersion',
    'NonDefaultComposite',
    'NonZeroRefCount',
    'CallFiltered',
    'MultiBlockMigrationsOngoing',
    'NothingAuthorized',
    'Unauthorized',
  ]),
  constants: [
    constant('BlockHashCount', blockNumber, 2400),
    constant('Version', runtimeVersion, version()),
    constant('SS58Prefix', u16, 42),
  ],
}
