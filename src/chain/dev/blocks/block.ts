/** A block of the dev chain, and how its hash is made. Roots are invented: the same extrinsics on the same parent give the same. */
import { blake2b } from '@noble/hashes/blake2.js'
import { compact, join, u32, u64 } from '../../scale.ts'
import type { Changes } from '../runtime/state.ts'
import type { Hex, NodeBlock, NodeHeader } from '../substrate-node.ts'

export interface BlockContent {
  readonly number: number
  readonly parentHash: Hex
  readonly parent: DevBlock | undefined
  readonly timeMs: number
  readonly stateRoot: Hex
  readonly extrinsicsRoot: Hex
  /** Signed ones, in order; the inherent that sets the time is before them. */
  readonly extrinsics: readonly Hex[]
  /** `System.Events`; undefined where only the inherent left one. */
  readonly events?: Hex | undefined
  readonly changes?: Changes
}

const NO_LOGS: NodeHeader['digest'] = { logs: [] }
export const NO_CHANGES: Changes = new Map()

export class DevBlock implements NodeBlock, BlockContent {
  readonly number: number
  readonly hash: Hex
  readonly parentHash: Hex
  readonly timeMs: number
  readonly stateRoot: Hex
  readonly extrinsicsRoot: Hex
  readonly extrinsics: readonly Hex[]
  // Whoever compares or prints a block does not mean all before it.
  readonly #parent: DevBlock | undefined
  readonly #events: Hex | undefined
  readonly #changes: Changes

  constructor(content: BlockContent) {
    this.number = content.number
    this.parentHash = content.parentHash
    this.#parent = content.parent
    this.timeMs = content.timeMs
    this.stateRoot = content.stateRoot
    this.extrinsicsRoot = content.extrinsicsRoot
    this.extrinsics = content.extrinsics
    this.#events = content.events
    this.#changes = content.changes ?? NO_CHANGES
    const roots = [bytesOf(this.stateRoot), bytesOf(this.extrinsicsRoot)]
    this.hash = blake2Hex(bytesOf(this.parentHash), compact(this.number), ...roots, compact(0))
  }

  get parent(): DevBlock | undefined {
    return this.#parent
  }

  get events(): Hex | undefined {
    return this.#events
  }

  get changes(): Changes {
    return this.#changes
  }

  get header(): NodeHeader {
    const { parentHash, stateRoot, extrinsicsRoot } = this
    return { parentHash, number: `0x${this.number.toString(16)}`, stateRoot, extrinsicsRoot, digest: NO_LOGS }
  }
}

export interface NewBlock {
  readonly timeMs: number
  readonly extrinsics?: readonly Hex[]
  readonly events?: Hex | undefined
  readonly changes?: Changes
  /** How often the chain has left a branch: the same blocks on another one have other hashes. */
  readonly branch: number
}

export function blockOn(parent: DevBlock, { timeMs, extrinsics = [], events, changes, branch }: NewBlock): DevBlock {
  const written = [...(changes ?? [])].map(([key, value]) => `${key} ${value ?? ''}`)
  return new DevBlock({
    number: parent.number + 1,
    parentHash: parent.hash,
    parent,
    timeMs,
    stateRoot: written.length === 0 ? parent.stateRoot : textHash([parent.stateRoot, ...written].join('\n')),
    extrinsicsRoot: blake2Hex(u64(BigInt(timeMs)), u32(branch), ...extrinsics.map(bytesOf)),
    extrinsics,
    events,
    ...(changes && { changes }),
  })
}

export const bytesOf = (hex: Hex): Uint8Array => Buffer.from(hex.slice(2), 'hex')

export const blake2Hex = (...parts: readonly Uint8Array[]): Hex =>
  `0x${Buffer.from(blake2b(join(...parts), { dkLen: 32 })).toString('hex')}`

export const textHash = (text: string): Hex => blake2Hex(new TextEncoder().encode(text))
