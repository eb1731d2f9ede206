/** What `state_call` answers. */
import { selfContainedExtrinsic } from '../extrinsic.ts'
import { lockState } from '../pallets/subtensor-module/types.ts'
import { accountId, balance, dispatchClass, netuid, weight } from '../substrate-types.ts'
import { bytes, option, sequence, struct, type Type, u16, u32, u64 } from '../types.ts'
import { type API_VERSIONS, runtimeVersion } from '../version.ts'
import { subnetHyperparams } from './hyperparameters.ts'
import { neuronInfoLite } from './neuron-info.ts'
import { selectiveMetagraph } from './selective-metagraph.ts'

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
    methods: [method('query_info', { uxt: selfContainedExtrinsic, len: u32 }, dispatchInfo)],
  },
  {
    name: 'NeuronInfoRuntimeApi',
    methods: [method('get_neurons_lite', { netuid }, sequence(neuronInfoLite))],
  },
  {
    name: 'SubnetInfoRuntimeApi',
    methods: [
      method('get_selective_metagraph', { netuid, metagraph_indexes: sequence(u16) }, option(selectiveMetagraph)),
      method('get_subnet_hyperparams', { netuid }, option(subnetHyperparams)),
      method('get_next_epoch_start_block', { netuid }, option(u64)),
    ],
  },
  {
    name: 'StakeInfoRuntimeApi',
    methods: [method('get_coldkey_lock', { coldkey: accountId, netuid }, option(lockState))],
  },
]
