/**
 * What the RPC methods of the dev chain ask of the node behind them: blocks, state as bytes, a pool, and events. Keys,
 * values, hashes and extrinsics are hex with `0x`, as they go over the wire.
 */
export type Hex = `0x${string}`

export interface NodeBlock {
  readonly number: number
  /** BLAKE2b-256 of the SCALE header, so that clients compute the same. */
  readonly hash: Hex
  readonly header: NodeHeader
}

/** As JSON-RPC shows it. */
export interface NodeHeader {
  readonly parentHash: Hex
  /** Of the block's number, as `0x1f`. */
  readonly number: Hex
  readonly stateRoot: Hex
  readonly extrinsicsRoot: Hex
  readonly digest: { readonly logs: readonly Hex[] }
}

/** As `author_extrinsicUpdate` shows it. */
export type ExtrinsicStatus =
  | 'ready'
  | 'future'
  | 'invalid'
  | 'dropped'
  | { readonly inBlock: Hex }
  | { readonly retracted: Hex }
  | { readonly finalized: Hex }
  | { readonly usurped: Hex }

export interface NodeEvents {
  /** A new best block; after a reorganisation the first one of the other branch, too. Of many made at once, only the last. */
  head: [block: NodeBlock]
  finalized: [block: NodeBlock]
  extrinsic: [hash: Hex, status: ExtrinsicStatus]
}

export interface SubstrateNode {
  /** By version: 14, 15, … */
  readonly metadata: ReadonlyMap<number, Uint8Array>
  /** The JSON of `state_getRuntimeVersion`. */
  readonly runtimeVersion: Readonly<Record<string, unknown>>
  readonly genesisHash: Hex
  /** Makes the blocks that are due by the clock. Asked before every answer. */
  catchUp(): void
  head(): NodeBlock
  finalizedHead(): NodeBlock
  /** Of the best chain. */
  hashOf(number: number): Hex | undefined
  /** Also of a branch that was left. */
  block(hash: Hex): NodeBlock | undefined
  extrinsicsOf(hash: Hex): readonly Hex[]
  /** @throws NodeError for a block that does not exist, or whose state is pruned */
  storage(key: Hex, at: Hex): Hex | undefined
  /** All keys with the prefix, ascending. @throws as above */
  keys(prefix: Hex, at: Hex): readonly Hex[]
  /** A runtime API, such as `AccountNonceApi_account_nonce`; the metadata's own are among them. @throws NodeError */
  call(method: string, data: Hex, at: Hex): Hex
  /** Into the pool. @returns the extrinsic's hash @throws NodeError 1010, 1013, 1014 with the texts of a real node */
  submit(extrinsic: Hex): Hex
  pending(): readonly Hex[]
  /** The nonce that the next extrinsic of this account needs, those in the pool counted. */
  nextIndex(address: string): number
  on<E extends keyof NodeEvents>(event: E, listener: (...args: NodeEvents[E]) => void): () => void
}

/** What a client reads as a JSON-RPC error. */
export class NodeError extends Error {
  override readonly name = 'NodeError'
  readonly code: number
  readonly data: string | undefined

  constructor(code: number, message: string, data?: string) {
    super(message)
    this.code = code
    this.data = data
  }
}
