/** drand: who publishes public randomness, since when and how often. The one place that knows; all of it is public. */
import { RoundkeeperError } from '../errors.ts'
import type { Config } from '../state/config.ts'

export interface DrandNetwork {
  readonly name: string
  /** Hex of the chain hash. */
  readonly hash: string
  /** Hex of the compressed point, 96 bytes, that every signature of the network is checked against. */
  readonly publicKey: string
  readonly genesisMs: number
  readonly periodMs: number
}

/** What it takes to say when a round is published. */
export type DrandPace = Pick<DrandNetwork, 'genesisMs' | 'periodMs'>

/** The network that Bittensor's own chain follows (https://api.drand.sh/v2/beacons/quicknet/info). */
export const quicknet: DrandNetwork = {
  name: 'quicknet',
  hash: '52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971',
  publicKey: [
    '83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451',
    '0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a',
  ].join(''),
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

const PUBLIC_KEY = /^[0-9a-f]{192}$/

/**
 * The key that a named network's signatures are checked against. quicknet goes by name or hash; a network of one's own has
 * no well-known name and goes by its key.
 * @throws `usage` for anything else
 */
export function drandPublicKey(chain: string): string {
  return PUBLIC_KEY.test(chain) ? chain : drandNetwork(chain).publicKey
}

/**
 * The network that a competition's seeds come from, with the name by which a schedule names it.
 * @throws RoundkeeperError `state-file` when the configuration describes none
 */
export function drandOf({ drand }: Pick<Config, 'drand'>): Pick<DrandNetwork, 'name'> & DrandPace {
  if (drand === undefined || drand.public_key === quicknet.publicKey) return quicknet
  if (!PUBLIC_KEY.test(drand.public_key) || !(drand.period > 0)) {
    throw new RoundkeeperError('state-file', 'config.json: drand: not a drand network', {
      where: 'config.json',
      hint: 'Give public_key as 192 lower-case hex digits and period in seconds above 0, or leave drand out for quicknet.',
    })
  }
  return { name: drand.public_key, genesisMs: drand.genesis_time * 1000, periodMs: drand.period * 1000 }
}

/** When a round is published; rounds count from 1. */
export function drandRoundTime({ genesisMs, periodMs }: DrandPace, round: number): Date {
  return new Date(genesisMs + (round - 1) * periodMs)
}

/** The newest round published by then; 0 before the first. */
export function drandRoundAt({ genesisMs, periodMs }: DrandPace, time: Date): number {
  return Math.max(0, Math.floor((time.getTime() - genesisMs) / periodMs) + 1)
}

/** The first round that is not published before then. */
export function drandRoundFrom({ genesisMs, periodMs }: DrandPace, time: Date): number {
  return Math.max(1, Math.ceil((time.getTime() - genesisMs) / periodMs) + 1)
}
