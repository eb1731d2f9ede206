/** What `state_call` answers. */
import { uncheckedExtrinsic } from './extrinsic.ts'
import { accountId, balance, dispatchClass, netuid, weight } from './substrate-types.ts'
import { bytes, option, sequence, struct, type Type, u32, u64 } from './types.ts'
import { type API_VERSIONS, runtimeVersion } from './version.ts'

export interface RuntimeApi {
  readonly name: keyof typeof API_VERSIONS
  readonly methods: readonly ApiMethod[]
}

interface ApiMethod {
  readonly name: string
  readonly inputs: Readonly<Record<string, Type>>
  readonly output: Type
}

const method = (name: string, inputs: ApiMethod['inputs'], output: Type): ApiMethod => ({ name, inputs, output })

const metadata = struct('sp_core::OpaqueMetadata', [bytes])

const dispatchInfo = struct('pallet_transaction_payment::types::RuntimeDispatchInfo', {
  weight,
  class: dispatchClass,
  partial_fee: balance,
})

export const runtimeApis: readonly RuntimeApi[] = [
  { name: 'Core', methods: [method('version', {}, runtimeVersion)] },
  {
    name: 'Metadata',
    methods: [
      method('metadata', {}, metadata),
      method('metadata_at_version', { version: u32 }, option(metadata)),
      method('metadata_versions', {}, sequence(u32)),
    ],
  },
  { name: 'AccountNonceApi', methods: [method('account_nonce', { account: accountId }, u32)] },
  {
    name: 'TransactionPaymentApi',
    methods: [method('query_info', { uxt: uncheckedExtrinsic, len: u32 }, dispatchInfo)],
  },
  {
    name: 'SubnetInfoRuntimeApi',
    methods: [method('get_next_epoch_start_block', { netuid }, option(u64))],
  },
]
