/** `author_…`: extrinsics on their way into a block. */
import type { ExtrinsicStatus, Hex, SubstrateNode } from '../substrate-node.ts'
import type { Feed, Method } from './method.ts'

export function authorMethods(node: SubstrateNode): Method[] {
  return [
    { names: ['author_submitExtrinsic'], run: (params) => node.submit(params.hex(0)) },
    { names: ['author_pendingExtrinsics'], run: () => node.pending() },
  ]
}

export function authorFeeds(node: SubstrateNode): Feed[] {
  return [
    {
      names: ['author_submitAndWatchExtrinsic'],
      enders: ['author_unwatchExtrinsic'],
      notification: 'author_extrinsicUpdate',
      begin: (params, { tell, end }) => {
        const extrinsic = params.hex(0)
        // Its first status comes while it is submitted, when nobody knows its hash yet.
        const early: [Hex, ExtrinsicStatus][] = []
        let watched: Hex | undefined
        const see = (hash: Hex, status: ExtrinsicStatus) => {
          if (watched === undefined) early.push([hash, status])
          if (hash !== watched) return
          tell(status)
          if (isLast(status)) end()
        }
        const stop = node.on('extrinsic', see)
        try {
          watched = node.submit(extrinsic)
        } catch (error) {
          stop()
          throw error
        }
        for (const [hash, status] of early) see(hash, status)
        return stop
      },
    },
  ]
}

const isLast = (status: ExtrinsicStatus) =>
  typeof status === 'string'
    ? status === 'invalid' || status === 'dropped'
    : 'finalized' in status || 'usurped' in status
