/** `chain_…`: blocks and heads. An unknown block is null there, not an error. */
import type { Hex, NodeBlock, SubstrateNode } from '../substrate-node.ts'
import type { Feed, Method } from './method.ts'
import type { Params } from './params.ts'

export function chainMethods(node: SubstrateNode): Method[] {
  const blockOf = (params: Params): NodeBlock | undefined => {
    const hash = params.hash(0)
    return hash === undefined ? node.head() : node.block(hash)
  }
  const hashOf = (number: number): Hex | null => node.hashOf(number) ?? null
  return [
    {
      names: ['chain_getBlockHash', 'chain_getHead'],
      run: (params) => {
        if (params.isAbsent(0)) return node.head().hash
        const numbers = params.counts(0)
        return Array.isArray(numbers) ? numbers.map(hashOf) : hashOf(numbers)
      },
    },
    {
      names: ['chain_getFinalizedHead', 'chain_getFinalisedHead'],
      run: () => node.finalizedHead().hash,
    },
    { names: ['chain_getHeader'], run: (params) => blockOf(params)?.header },
    {
      names: ['chain_getBlock'],
      run: (params) => {
        const block = blockOf(params)
        if (block === undefined) return null
        return { block: { header: block.header, extrinsics: node.extrinsicsOf(block.hash) }, justifications: null }
      },
    },
  ]
}

/** The head of the moment comes first, as from a real node. */
export function chainFeeds(node: SubstrateNode): Feed[] {
  const heads =
    (event: 'head' | 'finalized', first: () => NodeBlock): Feed['begin'] =>
    (_params, { tell }) => {
      tell(first().header)
      return node.on(event, (block) => tell(block.header))
    }
  const best = heads('head', () => node.head())
  return [
    {
      names: ['chain_subscribeNewHeads', 'chain_subscribeNewHead', 'subscribe_newHead'],
      enders: ['chain_unsubscribeNewHeads', 'chain_unsubscribeNewHead', 'unsubscribe_newHead'],
      notification: 'chain_newHead',
      begin: best,
    },
    {
      names: ['chain_subscribeAllHeads'],
      enders: ['chain_unsubscribeAllHeads'],
      notification: 'chain_allHead',
      begin: best,
    },
    {
      names: ['chain_subscribeFinalizedHeads', 'chain_subscribeFinalizedHead', 'chain_subscribeFinalisedHeads'],
      enders: ['chain_unsubscribeFinalizedHeads', 'chain_unsubscribeFinalizedHead', 'chain_unsubscribeFinalisedHeads'],
      notification: 'chain_finalizedHead',
      begin: heads('finalized', () => node.finalizedHead()),
    },
  ]
}
