/** What goes around a call: address, signature, and the extensions that a wallet signs, in the real runtime's order. */
import { address, balance, hash, runtimeCall, signature } from './substrate-types.ts'
import {
  array,
  bytes,
  compact,
  enumeration,
  type Fields,
  names,
  nothing,
  option,
  struct,
  type Type,
  tuple,
  u8,
  u32,
  variant,
} from './types.ts'

export interface SignedExtension {
  readonly name: string
  /** What the extrinsic carries of it. */
  readonly type: Type
  /** What is signed besides, and both sides know. */
  readonly signed: Type
}

const extension = (name: string, path: string, fields: Fields = [], signed = nothing): SignedExtension => ({
  name,
  type: struct(`${path}::${name}`, fields),
  signed,
})

const mortal = Array.from({ length: 255 }, (_, at) => variant(at + 1, `Mortal${at + 1}`, [u8]))
const era = enumeration('sp_runtime::generic::era::Era', [variant(0, 'Immortal'), ...mortal])
const mode = enumeration('frame_metadata_hash_extension::Mode', names(['Disabled', 'Enabled']))
const frame = (part: string) => `frame_system::extensions::${part}`
const runtime = (part: string) => `node_subtensor_runtime::${part}`

export const signedExtensions: readonly SignedExtension[] = [
  extension('CheckNonZeroSender', frame('check_non_zero_sender')),
  extension('CheckSpecVersion', frame('check_spec_version'), [], u32),
  extension('CheckTxVersion', frame('check_tx_version'), [], u32),
  extension('CheckGenesis', frame('check_genesis'), [], hash),
  extension('CheckMortality', runtime('check_mortality'), [era], hash),
  extension('CheckNonce', runtime('check_nonce'), [compact(u32)]),
  extension('CheckWeight', frame('check_weight')),
  extension('ChargeTransactionPayment', 'pallet_transaction_payment', [compact(balance)]),
  // Bittensor's own four carry nothing and sign nothing.
  extension('SudoTransactionExtension', runtime('sudo_wrapper')),
  extension('CheckShieldedTxValidity', 'pallet_shield::extension'),
  extension('SubtensorTransactionExtension', 'pallet_subtensor::extensions::subtensor'),
  extension('DrandPriority', 'pallet_drand::drand_priority'),
  extension('CheckMetadataHash', 'frame_metadata_hash_extension', { mode }, option(array(u8, 32))),
]

export const EXTRINSIC_VERSION = 4

export const extra = tuple(...signedExtensions.map(({ type }) => type))

/** Clients find the types of address, call and signature by these parameters. */
export const uncheckedExtrinsic = struct(
  'sp_runtime::generic::unchecked_extrinsic::UncheckedExtrinsic',
  [bytes],
  [
    ['Address', address],
    ['Call', runtimeCall],
    ['Signature', signature],
    ['Extra', extra],
  ],
)

/** The real runtime takes Ethereum's transactions, too, and wraps its extrinsics for that; we keep the wrapping. */
export const selfContainedExtrinsic = struct('fp_self_contained::unchecked_extrinsic::UncheckedExtrinsic', [
  uncheckedExtrinsic,
])
