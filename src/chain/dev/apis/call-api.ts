/** The runtime APIs that clients call: of the metadata, and of what the state says of accounts, fees, neurons and epochs. */
import type { AnyJson } from '@polkadot/types/types'
import { nextEpochBlock } from '../../epochs.ts'
import { join, sized, u8 } from '../../scale.ts'
import { bytesOf } from '../blocks/block.ts'
import { accountOf } from '../pallets/accounts.ts'
import { scheduleOf } from '../pallets/epochs.ts'
import { readExtrinsic } from '../pool/extrinsic.ts'
import { FEE_RAO, feeOf } from '../pool/validity.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { State } from '../runtime/state.ts'
import { type Hex, NodeError } from '../substrate-node.ts'
import { neuronsLite, selectiveMetagraph, subnetHyperparams } from './metagraph.ts'

export interface ApiScene {
  readonly runtime: Runtime
  readonly state: State
  /** The block that is asked. */
  readonly block: number
}

/** @param args as JSON, accounts as SS58 */
type Api = (scene: ApiScene, ...args: never[]) => unknown

const apis: Readonly<Record<string, Api | undefined>> = {
  AccountNonceApi_account_nonce: ({ state }, account: string) => accountOf(state, account).nonce,
  SubnetInfoRuntimeApi_get_next_epoch_start_block: ({ state, block }, netuid: number) =>
    exists(state, netuid) ? (nextEpochBlock(scheduleOf(state, netuid, block), block) ?? null) : null,
  SubnetInfoRuntimeApi_get_selective_metagraph: (scene, netuid: number, indices: number[]) =>
    exists(scene.state, netuid) ? selectiveMetagraph(scene, netuid, indices) : null,
  SubnetInfoRuntimeApi_get_subnet_hyperparams: ({ state }, netuid: number) =>
    exists(state, netuid) ? subnetHyperparams(state, netuid) : null,
  NeuronInfoRuntimeApi_get_neurons_lite: ({ state }, netuid: number) => neuronsLite(state, netuid),
  StakeInfoRuntimeApi_get_coldkey_lock: ({ state }, coldkey: string, netuid: number) => lockOf(state, coldkey, netuid),
}

/** @returns the bytes of the result @throws NodeError for one that there is not, or with arguments that are not its own */
export function callApi(scene: ApiScene, method: string, data: Hex): Hex {
  const { runtime } = scene
  if (method === 'Metadata_metadata') return hexOf(sized([...runtime.metadata.values()][0]!))
  if (method === 'Metadata_metadata_versions') return runtime.encode('Vec<u32>', [...runtime.metadata.keys()])
  if (method === 'Metadata_metadata_at_version') return metadataAt(runtime, bytesOf(data))
  if (method === 'Core_version') return runtime.encode('RuntimeVersion', runtime.version)
  if (method === 'TransactionPaymentApi_query_info') return paymentInfo(runtime, data)
  const [api, types] = [apis[method], runtime.api(method)]
  if (api === undefined || types === undefined) {
    throw new NodeError(4003, `Client error: Execution failed: Other: Exported method ${method} is not found`)
  }
  const args = argumentsOf(runtime, method, types.inputs, bytesOf(data))
  return runtime.encode(types.output, api(scene, ...(args as never[])))
}

function argumentsOf(runtime: Runtime, method: string, types: readonly string[], data: Uint8Array): AnyJson[] {
  let at = 0
  try {
    return types.map((type) => {
      const value = runtime.create(type, data.subarray(at))
      at += value.encodedLength
      return value.toJSON()
    })
  } catch (cause) {
    throw new NodeError(4003, `Client error: Execution failed: bad arguments of ${method}`, String(cause))
  }
}

function metadataAt({ metadata }: Runtime, version: Uint8Array): Hex {
  const found = version.length === 4 ? metadata.get(Buffer.from(version).readUInt32LE()) : undefined
  return hexOf(found === undefined ? u8(0) : join(u8(1), sized(found)))
}

/** @param data an extrinsic, and the number of its bytes */
function paymentInfo(runtime: Runtime, data: Hex): Hex {
  const extrinsic = readExtrinsic(runtime, data.slice(0, -8) as Hex)
  if (extrinsic === undefined) {
    throw new NodeError(4003, 'Client error: Execution failed: TransactionPaymentApi_query_info: not an extrinsic')
  }
  const partialFee = extrinsic === 'unsigned' ? FEE_RAO : feeOf(extrinsic)
  const info = { weight: { refTime: 33_480_000, proofSize: 0 }, class: 'Normal', partialFee }
  return runtime.encode(runtime.api('TransactionPaymentApi_query_info')?.output ?? 'RuntimeDispatchInfo', info)
}

function lockOf(state: State, coldkey: string, netuid: number): unknown {
  const [first] = state.partsUnder('SubtensorModule.Lock', coldkey, netuid)
  return first === undefined ? null : state.json('SubtensorModule.Lock', coldkey, netuid, String(first[2]))
}

const exists = (state: State, netuid: number) => state.flag('SubtensorModule.NetworksAdded', netuid)

const hexOf = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`
