/** The options by which Bittensor's tools name a chain and a subnet. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Bittensor } from '../chain/bittensor/bittensor.ts'
import { NETWORK_NAMES } from '../chain/networks.ts'

export interface ChainOptions {
  readonly netuid: number
  readonly 'subtensor.endpoint': string
  readonly finality: 'finalized' | 'best'
}

/** @param finality what is read where nobody says; a transaction is waited for until it is final in any case */
export const withChain = (command: Command, finality: ChainOptions['finality'] = 'finalized'): Command =>
  command
    .addOption(new Option('--netuid <n>', 'the subnet').default(17).argParser(netuid))
    .addOption(
      new Option(
        '--subtensor.endpoint <network>',
        `${NETWORK_NAMES.join(', ')}, or ws:// and wss:// URLs, tried in turn`,
      )
        .env('BT_SUBTENSOR_CHAIN_ENDPOINT')
        .default('finney'),
    )
    .addOption(
      new Option('--finality <which>', 'read the chain where it is final, or at its best block')
        .choices(['finalized', 'best'])
        .default(finality),
    )

/** @throws RoundkeeperError `usage`, `unavailable` */
export async function openChain({ 'subtensor.endpoint': endpoint, finality }: ChainOptions): Promise<Bittensor> {
  const { openBittensor } = await import('../chain/bittensor/open.ts')
  return openBittensor({ endpoint, finality })
}

/** For commands that may end before they need a chain: opened when it is first asked for, and closed if it was. */
export function chainWhenAsked(options: ChainOptions): AsyncDisposable & { readonly chain: () => Promise<Bittensor> } {
  let opened: Promise<Bittensor> | undefined
  return {
    chain: () => (opened ??= openChain(options)),
    async [Symbol.asyncDispose]() {
      const chain = await opened?.catch(() => undefined)
      await chain?.[Symbol.asyncDispose]()
    },
  }
}

function netuid(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError('expected a subnet id from 0 to 65535')
  return value
}
