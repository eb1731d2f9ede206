/**
 * What a dev chain lets its owner do, beyond what a node lets its clients do. The `dev_` methods of its RPC are these; blocks
 * come from it at once, whatever the clock says.
 */
import type { Hex, NodeBlock } from './substrate-node.ts'

export interface DevControls {
  /** @param count 1 to 10,000 @returns the last of them */
  produceBlocks(count: number): NodeBlock
  /** Of the next block. @param ms since 1970 @throws NodeError where blocks come with a clock, or time would run back */
  setTime(ms: number): void
  /**
   * Leaves the last `depth` blocks for another branch that is one block longer; their extrinsics are in the pool again, and
   * come back with the next block of the new branch that has room, or never if `drop`.
   * @returns the new head @throws NodeError where that would take back a final block
   */
  reorg(depth: number, drop?: boolean): NodeBlock
  /** No blocks come with the clock while it is stalled; slots that pass are lost. `produceBlocks` goes on working. */
  stall(stalled: boolean): void
  /** Gives an account funds, as of the next block. @param rao what it has then, besides what it had */
  endow(address: string, rao: bigint): void
  /** Registers a hotkey for nothing, as of the next block. @param coldkey its owner: the hotkey itself, if absent */
  register(netuid: number, hotkey: string, coldkey?: string): void
  /** Writes a value at a storage key as of the next block; undefined removes it. */
  setStorage(key: Hex, value: Hex | undefined): void
}
