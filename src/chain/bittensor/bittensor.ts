/** A Bittensor chain, or a dev chain that looks like one: everything that we ask of it and let it do. */
import type { Chain } from '../chain.ts'
import type { Subnets } from '../subnets.ts'
import type { Transactions } from '../transactions.ts'
import type { Provider } from './provider-link.ts'

export interface Bittensor extends Chain, Subnets, Transactions, AsyncDisposable {
  /** `0x` and 64 hex digits. */
  readonly genesisHash: string
}

export interface BittensorOptions {
  /** A network's name, or ws:// and wss:// URLs with commas between them, tried in turn. */
  readonly endpoint: string
  /** Where the chain is read: at its finalised head, or at the best block, which may be taken back. */
  readonly finality?: 'finalized' | 'best'
  /** Of the chain that is meant; that of a named network is known. */
  readonly genesisHash?: string
  /** A node in this process, say a dev chain, instead of one at `endpoint`, which then only names it. Called for every connection. */
  readonly provider?: () => Provider
  /** Bounds every call; submissions have six times as long. 30 s unless told otherwise. */
  readonly timeoutMs?: number
}
