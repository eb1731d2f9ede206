/** Types that several pallets share, as Substrate defines them. */
import {
  array,
  bytes,
  compact,
  enumeration,
  names,
  nothing,
  reference,
  result,
  sequence,
  struct,
  u8,
  u16,
  u32,
  u64,
  u128,
  variant,
} from './types.ts'

/** A subnet's number; for what each mechanism of a subnet has of its own: `netuid + mechanism · 4096`. */
export const netuid = u16
/** rao */
export const balance = u64
export const blockNumber = u32

export const runtimeCall = reference('RuntimeCall')
export const runtimeEvent = reference('RuntimeEvent')

export const accountId = struct('sp_core::crypto::AccountId32', [array(u8, 32)])
export const hash = struct('primitive_types::H256', [array(u8, 32)])

export const address = enumeration(
  'sp_runtime::multiaddress::MultiAddress',
  [
    variant(0, 'Id', [accountId]),
    variant(1, 'Index', [compact(nothing)]),
    variant(2, 'Raw', [bytes]),
    variant(3, 'Address32', [array(u8, 32)]),
    variant(4, 'Address20', [array(u8, 20)]),
  ],
  [
    ['AccountId', accountId],
    ['AccountIndex', nothing],
  ],
)

export const signature = enumeration('sp_runtime::MultiSignature', [
  variant(0, 'Ed25519', [array(u8, 64)]),
  variant(1, 'Sr25519', [array(u8, 64)]),
  variant(2, 'Ecdsa', [array(u8, 65)]),
])

export const weight = struct('sp_weights::weight_v2::Weight', { ref_time: compact(u64), proof_size: compact(u64) })

export const dispatchClass = enumeration(
  'frame_support::dispatch::DispatchClass',
  names(['Normal', 'Operational', 'Mandatory']),
)

export const dispatchEventInfo = struct('frame_system::DispatchEventInfo', {
  weight,
  class: dispatchClass,
  pays_fee: enumeration('frame_support::dispatch::Pays', names(['Yes', 'No'])),
})

const tokenErrors = [
  'FundsUnavailable',
  'OnlyProvider',
  'BelowMinimum',
  'CannotCreate',
  'UnknownAsset',
  'Frozen',
  'Unsupported',
  'CannotCreateHold',
  'NotExpendable',
  'Blocked',
]

const trieErrors = [
  'InvalidStateRoot',
  'IncompleteDatabase',
  'ValueAtIncompleteKey',
  'DecoderError',
  'InvalidHash',
  'DuplicateKey',
  'ExtraneousNode',
  'ExtraneousValue',
  'ExtraneousHashReference',
  'InvalidChildReference',
  'ValueMismatch',
  'IncompleteProof',
  'RootMismatch',
  'DecodeError',
]

const arithmeticErrors = ['Underflow', 'Overflow', 'DivisionByZero']

export const dispatchError = enumeration('sp_runtime::DispatchError', [
  variant(0, 'Other'),
  variant(1, 'CannotLookup'),
  variant(2, 'BadOrigin'),
  // The pallet's number, and which of its errors.
  variant(3, 'Module', [struct('sp_runtime::ModuleError', { index: u8, error: array(u8, 4) })]),
  variant(4, 'ConsumerRemaining'),
  variant(5, 'NoProviders'),
  variant(6, 'TooManyConsumers'),
  variant(7, 'Token', [enumeration('sp_runtime::TokenError', names(tokenErrors))]),
  variant(8, 'Arithmetic', [enumeration('sp_arithmetic::ArithmeticError', names(arithmeticErrors))]),
  variant(9, 'Transactional', [enumeration('sp_runtime::TransactionalError', names(['LimitReached', 'NoLayer']))]),
  variant(10, 'Exhausted'),
  variant(11, 'Corruption'),
  variant(12, 'Unavailable'),
  variant(13, 'RootNotAllowed'),
  variant(14, 'Trie', [enumeration('sp_runtime::proving_trie::TrieError', names(trieErrors))]),
])

export const dispatchResult = result(nothing, dispatchError)

export const accountData = struct('pallet_balances::types::AccountData', {
  free: balance,
  reserved: balance,
  frozen: balance,
  flags: struct('pallet_balances::types::ExtraFlags', [u128]),
})

/** The highest flag says that an account counts as Substrate has counted since 2023. */
export const emptyAccount = { flags: 2n ** 127n }

const digestItem = enumeration('sp_runtime::generic::digest::DigestItem', [
  variant(6, 'PreRuntime', [array(u8, 4), bytes]),
  variant(4, 'Consensus', [array(u8, 4), bytes]),
  variant(5, 'Seal', [array(u8, 4), bytes]),
  variant(0, 'Other', [bytes]),
  variant(8, 'RuntimeEnvironmentUpdated'),
])

export const digest = struct('sp_runtime::generic::digest::Digest', { logs: sequence(digestItem) })
