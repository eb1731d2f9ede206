import { RoundkeeperError } from '../errors.ts'

/** A drand network: who publishes public randomness, since when and how often. */
export interface DrandNetwork {
  readonly name: string
  /** Hex of the chain hash. */
  readonly hash: string
  readonly genesisMs: number
  readonly periodMs: number
}

/** The network that Bittensor's own chain follows (https://api.drand.sh/v2/beacons/quicknet/info). */
export const quicknet: DrandNetwork = {
  name: 'quicknet',
  hash: '52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971',
  genesisMs: 1_692_803_367_000,
  periodMs: 3_000,
}

/** @param chain name or chain hash @throws `usage` for a network that we do not know */
export function drandNetwork(chain: string): DrandNetwork {
  if (chain === quicknet.name || chain === quicknet.hash) return quicknet
  throw new RoundkeeperError('usage', 'an unknown drand network', {
    where: JSON.stringify(chain.slice(0, 100)),
    hint: `Use ${quicknet.name}.`,
  })
}

/** When a round is published; rounds count from 1. */
export function drandRoundTime(network: DrandNetwork, round: number): Date {
  return new Date(network.genesisMs + (round - 1) * network.periodMs)
}
