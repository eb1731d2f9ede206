/** The chain that a competition is founded on: where it is now, and how it is found again. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Block, Chain } from '../chain/chain.ts'
import { ClockChain } from '../chain/clock-chain.ts'
import { networkOf } from '../chain/networks.ts'
import type { Clock } from '../engine/clock.ts'
import { blockPace } from '../miner/chain-time.ts'
import { drandOf } from '../rules/drand.ts'
import { blockSeconds } from '../rules/schedule.ts'
import type { Config } from '../state/config.ts'
import type { ChainSettings } from './operator-chain.ts'

export interface FoundingChain {
  readonly head: Block
  readonly blockSeconds: number
  readonly settings: ChainSettings
  create(dir: string): Promise<void>
}

/**
 * @param endpoint `clock`, a network's name, or URLs of nodes
 * @throws `usage`, `unavailable`; `not-found` when the chain has no subnet as the configuration names it
 */
export const foundingChain = (config: Config, endpoint: string, clock: Clock): Promise<FoundingChain> =>
  endpoint === 'clock' ? clockChain(config, clock) : bittensor(config, endpoint)

async function clockChain(config: Config, clock: Clock): Promise<FoundingChain> {
  const options = { genesis: clock.now(), blockSeconds: blockSeconds(config), seed: randomUUID(), clock }
  const chain = new ClockChain(options)
  await tryRandomness(chain, config)
  return {
    head: await chain.head(),
    blockSeconds: options.blockSeconds,
    settings: { kind: 'clock', file: 'chain.json' },
    create: async (dir) => void (await ClockChain.create(join(dir, 'chain.json'), options)),
  }
}

async function bittensor(config: Config, endpoint: string): Promise<FoundingChain> {
  const { openBittensor } = await import('../chain/bittensor/open.ts')
  await using chain = await openBittensor({ endpoint })
  if (config.netuid !== undefined) await chain.hyperparameters(config.netuid)
  await tryRandomness(chain, config)
  // The genesis of a named network is known; of any other chain this is the one that counts from now on.
  const isNamed = networkOf(endpoint).genesis !== undefined
  const head = await chain.head()
  return {
    head,
    blockSeconds: (await blockPace(chain, head)) / 1000,
    settings: {
      kind: 'bittensor',
      endpoint,
      finality: 'finalized',
      ...(!isNamed && { genesis_hash: chain.genesisHash }),
    },
    create: async () => undefined,
  }
}

/** In thousands of years: of rounds that were, a chain keeps those of a week, and refuses the others. */
const FAR_OFF_ROUND = 2 ** 40

/** Now, and not when the first seed is due. @throws `usage` when the chain does not follow the drand network of the seeds */
async function tryRandomness(chain: Chain, config: Config): Promise<void> {
  if (config.rules === 'v1' && config.randomness === 'drand')
    await chain.randomness({ kind: 'drand', chain: drandOf(config).name, round: FAR_OFF_ROUND })
}

/** Blocks that come this much sooner or later than they should are of another chain than the configuration was written for. */
const MAX_PACE_RATIO = 1.25

/**
 * Windows are blocks, and announced as dates: of another pace than that of the chain, no such date would hold.
 * @param own the file of a configuration that is left as it is
 */
export function withPace(config: Config, seen: number, own?: string): { config: Config; warnings: string[] } {
  const said = blockSeconds(config)
  if (Math.max(seen / said, said / seen) <= MAX_PACE_RATIO) return { config, warnings: [] }
  const block_seconds = Number(seen.toPrecision(2))
  if (own === undefined) return { config: { ...config, block_seconds }, warnings: [] }
  const warning = `blocks come every ${block_seconds} s there, but block_seconds in ${own} is ${said}: no announced date will hold, and verify will say so`
  return { config, warnings: [warning] }
}
