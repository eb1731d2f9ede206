/** What a node has to tell, kept until it is in a state to be asked again, and told in order. */
import type { DevBlock } from './blocks/block.ts'
import type { ExtrinsicStatus, Hex, NodeEvents } from './substrate-node.ts'

type Listeners = { readonly [E in keyof NodeEvents]: Set<(...args: NodeEvents[E]) => void> }

export class Announcements {
  readonly #listeners: Listeners = { head: new Set(), finalized: new Set(), extrinsic: new Set() }
  readonly #early: (readonly [hash: Hex, status: ExtrinsicStatus])[] = []
  readonly #late: (readonly [hash: Hex, status: ExtrinsicStatus])[] = []
  #head: DevBlock | undefined
  #finalized: DevBlock | undefined
  #telling = false

  on<E extends keyof NodeEvents>(event: E, listener: (...args: NodeEvents[E]) => void): () => void {
    // Of its own, so that the same function may listen twice.
    const own = (...args: NodeEvents[E]) => listener(...args)
    this.#listeners[event].add(own)
    return () => this.#listeners[event].delete(own)
  }

  head(block: DevBlock): void {
    this.#head = block
  }

  finalized(block: DevBlock): void {
    this.#finalized = block
  }

  /** Told after the new head, and before the new final block unless that made it so. */
  extrinsic(hash: Hex, status: ExtrinsicStatus): void {
    const isFinal = typeof status === 'object' && 'finalized' in status
    ;(isFinal ? this.#late : this.#early).push([hash, status])
  }

  /** Listeners may ask the node, which may have more to tell by that: it is told when its turn comes. */
  tell(): void {
    if (this.#telling) return
    this.#telling = true
    try {
      while (this.#tellNext()) {}
    } finally {
      this.#telling = false
    }
  }

  #tellNext(): boolean {
    const head = this.#head
    if (head !== undefined) {
      this.#head = undefined
      for (const listener of [...this.#listeners.head]) listener(head)
      return true
    }
    const early = this.#early.shift()
    if (early !== undefined) return this.#tellExtrinsic(early)
    const finalized = this.#finalized
    if (finalized !== undefined) {
      this.#finalized = undefined
      for (const listener of [...this.#listeners.finalized]) listener(finalized)
      return true
    }
    const late = this.#late.shift()
    return late !== undefined && this.#tellExtrinsic(late)
  }

  #tellExtrinsic([hash, status]: readonly [Hex, ExtrinsicStatus]): true {
    for (const listener of [...this.#listeners.extrinsic]) listener(hash, status)
    return true
  }
}
