/** `state_…`: storage, runtime calls and metadata as of a block; the best one where none is named. */
import { blake2b } from '@noble/hashes/blake2.js'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { type Hex, NodeError, type SubstrateNode } from '../substrate-node.ts'
import { discardedState, unknownBlock } from './errors.ts'
import { LIMITS } from './limits.ts'
import type { Feed, Method } from './method.ts'
import type { Params } from './params.ts'

/** @param keepStates of older blocks than so many before the last final one, all of these are refused */
export function stateMethods(node: SubstrateNode, keepStates: number): Method[] {
  const at = (params: Params, index: number): Hex => {
    const hash = params.hash(index)
    if (hash === undefined) return node.head().hash
    const block = node.block(hash)
    if (block === undefined) throw unknownBlock(hash)
    if (block.number < node.finalizedHead().number - keepStates) throw discardedState(hash)
    return hash
  }
  const stored = (params: Params) => node.storage(params.hex(0), at(params, 1))
  return [
    { names: ['state_getStorage', 'state_getStorageAt'], run: stored },
    {
      names: ['state_getStorageHash', 'state_getStorageHashAt'],
      run: (params) => {
        const value = stored(params)
        return value === undefined ? null : `0x${bytesToHex(blake2b(hexToBytes(value.slice(2)), { dkLen: 32 }))}`
      },
    },
    {
      names: ['state_getStorageSize', 'state_getStorageSizeAt'],
      run: (params) => {
        const value = stored(params)
        return value === undefined ? null : value.length / 2 - 1
      },
    },
    {
      names: ['state_queryStorageAt'],
      run: (params) => {
        const block = at(params, 1)
        return [{ block, changes: valuesOf(node, params.hexes(0, Number.POSITIVE_INFINITY), block) }]
      },
    },
    { names: ['state_getKeys'], run: (params) => node.keys(params.hex(0), at(params, 1)) },
    { names: ['state_getKeysPaged', 'state_getKeysPagedAt'], run: (params) => keysPaged(node, params, at(params, 3)) },
    {
      names: ['state_call', 'state_callAt'],
      run: (params) => node.call(params.text(0), params.hex(1), at(params, 2)),
    },
    {
      names: ['state_getMetadata'],
      run: (params) => {
        at(params, 0)
        return metadata(node)
      },
    },
    {
      names: ['state_getRuntimeVersion', 'chain_getRuntimeVersion'],
      run: (params) => {
        at(params, 0)
        return node.runtimeVersion
      },
    },
  ]
}

function valuesOf(node: SubstrateNode, keys: readonly Hex[], at: Hex): [Hex, Hex | null][] {
  return keys.map((key) => [key, node.storage(key, at) ?? null])
}

function keysPaged(node: SubstrateNode, params: Params, at: Hex): readonly Hex[] {
  const [prefix, count] = [params.isAbsent(0) ? '0x' : params.hex(0), params.count(1)] as const
  if (count > LIMITS.keysPerPage) {
    throw new NodeError(4002, `count exceeds maximum value. value: ${count}, max: ${LIMITS.keysPerPage}`)
  }
  const keys = node.keys(prefix, at)
  if (params.isAbsent(2)) return keys.slice(0, count)
  const after = params.hex(2)
  const first = keys.findIndex((key) => key > after)
  return first < 0 ? [] : keys.slice(first, first + count)
}

/** Old clients ask for it, and most of them read version 14 only. */
function metadata({ metadata }: SubstrateNode): Hex {
  const bytes = metadata.get(14) ?? metadata.get(Math.min(...metadata.keys()))
  if (bytes === undefined) throw new NodeError(4003, 'Client error: Execution failed: there is no metadata')
  return `0x${bytesToHex(bytes)}`
}

export function stateFeeds(node: SubstrateNode): Feed[] {
  return [
    {
      names: ['state_subscribeRuntimeVersion', 'chain_subscribeRuntimeVersion'],
      enders: ['state_unsubscribeRuntimeVersion', 'chain_unsubscribeRuntimeVersion'],
      notification: 'state_runtimeVersion',
      // The runtime of a dev chain never changes.
      begin: (_params, { tell }) => {
        tell(node.runtimeVersion)
        return () => undefined
      },
    },
    {
      names: ['state_subscribeStorage'],
      enders: ['state_unsubscribeStorage'],
      notification: 'state_storage',
      begin: (params, { tell }) => {
        const { hash } = node.head()
        const last = new Map(valuesOf(node, params.hexes(0, LIMITS.keysPerSubscription), hash))
        tell({ block: hash, changes: [...last] })
        return node.on('head', ({ hash: block }) => {
          const changes = valuesOf(node, [...last.keys()], block).filter(([key, value]) => last.get(key) !== value)
          if (changes.length === 0) return
          for (const [key, value] of changes) last.set(key, value)
          tell({ block, changes })
        })
      },
    },
  ]
}
