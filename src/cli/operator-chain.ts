/** The chain that `roundkeeper.json` names. */
import { join } from 'node:path'
import type { Chain } from '../chain/chain.ts'
import { ClockChain } from '../chain/clock-chain.ts'
import { LazyChain } from '../chain/lazy-chain.ts'
import { networkOf } from '../chain/networks.ts'
import type { Clock } from '../engine/clock.ts'
import type { OperatorSettings } from './operator-settings.ts'

export type ChainSettings = OperatorSettings['chain']

export interface OperatorChain extends AsyncDisposable {
  readonly chain: Chain
}

/**
 * @param timeoutMs bounds every call of a chain on the network
 * @throws `usage` for an endpoint that is none; of a clock chain `not-found`, `state-file`, `unavailable`
 */
export async function operatorChain(
  root: string,
  settings: ChainSettings,
  clock: Clock,
  timeoutMs?: number,
): Promise<OperatorChain> {
  if (settings.kind === 'clock') {
    const chain = await ClockChain.open(join(root, settings.file), clock)
    return { chain, [Symbol.asyncDispose]: async () => undefined }
  }
  const { endpoint, finality, genesis_hash: genesisHash } = settings
  const chain = new LazyChain(networkOf(endpoint).name, async () => {
    const { openBittensor } = await import('../chain/bittensor/open.ts')
    return openBittensor({
      endpoint,
      finality,
      ...(genesisHash !== undefined && { genesisHash }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    })
  })
  return { chain, [Symbol.asyncDispose]: () => chain[Symbol.asyncDispose]() }
}
