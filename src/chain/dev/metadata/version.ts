/** What this runtime calls itself. Its interface is that of Bittensor's own runtime, spec version 424. */
import { blake2b } from '@noble/hashes/blake2.js'
import { array, sequence, str, struct, tuple, u8, u32 } from './types.ts'

/** The runtime APIs that are answered, and their versions. */
export const API_VERSIONS = {
  Core: 5,
  Metadata: 2,
  AccountNonceApi: 1,
  TransactionPaymentApi: 4,
  NeuronInfoRuntimeApi: 1,
  SubnetInfoRuntimeApi: 2,
  StakeInfoRuntimeApi: 1,
} as const

const apis = sequence(tuple(array(u8, 8), u32))
const text = struct('Cow', [str], [['T', str]])

export const runtimeVersion = struct('sp_version::RuntimeVersion', {
  spec_name: text,
  impl_name: text,
  authoring_version: u32,
  spec_version: u32,
  impl_version: u32,
  apis: struct('Cow', [apis], [['T', apis]]),
  transaction_version: u32,
  system_version: u8,
})

/** The name is our own, so that nobody takes this for the real chain; tools go by the number. */
export const version = () => ({
  spec_name: 'roundkeeper-dev',
  impl_name: 'roundkeeper-dev',
  authoring_version: 1,
  spec_version: 424,
  impl_version: 1,
  // An API is known by the hash of its name.
  apis: Object.entries(API_VERSIONS).map(([name, number]) => [
    blake2b(new TextEncoder().encode(name), { dkLen: 8 }),
    number,
  ]),
  transaction_version: 1,
  system_version: 1,
})
