/** `system_…`: who the node is, and the next nonce of an account. */
import type { SubstrateNode } from '../substrate-node.ts'
import type { Method } from './method.ts'

export function systemMethods(node: SubstrateNode): Method[] {
  return [
    { names: ['system_name'], run: () => 'roundkeeper-devchain' },
    { names: ['system_version'], run: () => `dev-${String(node.runtimeVersion.specVersion)}` },
    // All of Bittensor's chains answer this; the genesis hash is what tells them apart.
    { names: ['system_chain'], run: () => 'Bittensor' },
    { names: ['system_chainType'], run: () => 'Development' },
    { names: ['system_properties'], run: () => ({ ss58Format: 42, tokenDecimals: 9, tokenSymbol: 'TAO' }) },
    { names: ['system_health'], run: () => ({ peers: 0, isSyncing: false, shouldHavePeers: false }) },
    { names: ['system_peers'], run: () => [] },
    { names: ['system_nodeRoles'], run: () => ['Authority'] },
    {
      names: ['system_syncState'],
      run: () => {
        const { number } = node.head()
        return { startingBlock: 0, currentBlock: number, highestBlock: number }
      },
    },
    { names: ['system_accountNextIndex', 'account_nextIndex'], run: (params) => node.nextIndex(params.text(0)) },
  ]
}
