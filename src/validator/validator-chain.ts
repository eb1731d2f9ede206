/** What a validator asks of the chain and lets it do. */
import type { Chain } from '../chain/chain.ts'
import type { Subnets } from '../chain/subnets.ts'
import type { Transactions } from '../chain/transactions.ts'

export type ValidatorChain = Pick<Chain, 'block'> &
  Pick<Subnets, 'metagraph' | 'hyperparameters' | 'weights' | 'beacon'> &
  Pick<Transactions, 'setWeights' | 'commitTimelockedWeights'> & {
    /** Which chain it is: `0x` and 64 hex digits. */
    readonly genesisHash: string
  }
