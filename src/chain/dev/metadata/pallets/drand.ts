import { quicknet } from '../../../../rules/drand.ts'
import { blake2, optional, type Pallet, stored } from '../pallet.ts'
import { blockNumber, signature } from '../substrate-types.ts'
import { array, boundedVec, enumeration, names, option, sequence, struct, u8, u32, u64, variant } from '../types.ts'

const round = u64
const text = boundedVec(u8)

const config = struct('pallet_drand::types::BeaconConfiguration', {
  public_key: text,
  period: u32,
  genesis_time: u32,
  hash: text,
  group_hash: text,
  scheme_id: text,
  metadata: struct('pallet_drand::types::Metadata', { beacon_id: text }),
})

const pulse = struct('pallet_drand::types::Pulse', { round, randomness: text, signature: text })

const signer = enumeration('sp_runtime::MultiSigner', [
  variant(0, 'Ed25519', [array(u8, 32)]),
  variant(1, 'Sr25519', [array(u8, 32)]),
  variant(2, 'Ecdsa', [array(u8, 33)]),
])

const pulses = struct('pallet_drand::types::PulsesPayload', {
  block_number: blockNumber,
  pulses: sequence(pulse),
  public: signer,
})

export const drand: Pallet = {
  name: 'Drand',
  index: 26,
  crate: 'pallet_drand',
  storage: [
    stored('BeaconConfig', [], config, {
      public_key: Buffer.from(quicknet.publicKey, 'hex'),
      period: quicknet.periodMs / 1000,
      genesis_time: quicknet.genesisMs / 1000,
      hash: Buffer.from(quicknet.hash, 'hex'),
      group_hash: Buffer.from('f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e', 'hex'),
      scheme_id: 'bls-unchained-g1-rfc9380',
      metadata: { beacon_id: quicknet.name },
    }),
    optional('Pulses', [blake2(round)], pulse),
    stored('LastStoredRound', [], round),
    stored('OldestStoredRound', [], round),
  ],
  calls: [variant(0, 'write_pulse', { pulses_payload: pulses, signature: option(signature) })],
  events: [variant(0, 'BeaconConfigChanged'), variant(1, 'NewPulse', { rounds: sequence(round) })],
  errors: names(['NoneValue', 'StorageOverflow', 'DrandConnectionFailure', 'UnverifiedPulse']),
}
