import type { Hex, NodeBlock, SubstrateNode } from './substrate-node.ts'

export interface BlockWatcher {
  /** Every block of the best chain, also of many made at once, ascending. */
  made(block: NodeBlock): void
  /** The last blocks that were told of are on the best chain no more. @param first the lowest of them */
  left(first: number, count: number): void
}

/** As far as a reorganisation is noticed, in blocks. */
const REMEMBERED = 1000

/** Tells of the blocks after the head of the moment. @returns ends it */
export function watchBlocks(node: SubstrateNode, watcher: BlockWatcher): () => void {
  const start = node.head()
  const told = new Map<number, Hex>([[start.number, start.hash]])
  return node.on('head', (head) => {
    const path: NodeBlock[] = []
    let at: NodeBlock | undefined = head
    while (at !== undefined && told.get(at.number) !== at.hash && at.number >= start.number) {
      path.push(at)
      at = node.block(at.header.parentHash)
    }
    const common = at?.number ?? start.number
    const left = [...told.keys()].filter((number) => number > common)
    for (const number of left) told.delete(number)
    if (left.length > 0) watcher.left(Math.min(...left), left.length)
    for (const block of path.reverse()) {
      told.set(block.number, block.hash)
      told.delete(block.number - REMEMBERED)
      watcher.made(block)
    }
  })
}
