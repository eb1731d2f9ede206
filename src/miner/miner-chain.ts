import type { Chain } from '../chain/chain.ts'
import type { Subnets } from '../chain/subnets.ts'
import type { Transactions } from '../chain/transactions.ts'

/** What a miner asks of a chain. */
export interface MinerChain extends Chain, Subnets, Pick<Transactions, 'setCommitment' | 'burnedRegister'> {}
