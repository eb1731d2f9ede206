/** The state of every block of one chain as bytes: each key with what was written to it and when. Blocks that write nothing cost nothing. */
import type { Changes } from '../runtime/state.ts'
import type { Hex } from '../substrate-node.ts'

interface Written {
  readonly block: number
  readonly value: Hex | undefined
}

/** Keys are found by as many of their first digits: those of a storage item. */
const PREFIX_DIGITS = 66

export class Ledger {
  readonly #written = new Map<Hex, Written[]>()
  readonly #byPrefix = new Map<string, Set<Hex>>()

  /** @param block no lower than any that was written before */
  write(block: number, changes: Changes): void {
    for (const [key, value] of changes) {
      const written = this.#written.get(key)
      if (written !== undefined) written.push({ block, value })
      else {
        this.#written.set(key, [{ block, value }])
        const prefix = key.slice(0, PREFIX_DIGITS)
        const group = this.#byPrefix.get(prefix)
        if (group === undefined) this.#byPrefix.set(prefix, new Set([key]))
        else group.add(key)
      }
    }
  }

  /** As of the end of a block. */
  read(key: Hex, block: number): Hex | undefined {
    const written = this.#written.get(key)
    if (written === undefined) return undefined
    // Most ask for the newest.
    for (let at = written.length - 1; at >= 0; at--) if (written[at]!.block <= block) return written[at]!.value
    return undefined
  }

  /** Unordered. */
  keys(prefix: Hex, block: number): Hex[] {
    const group = prefix.length >= PREFIX_DIGITS ? this.#byPrefix.get(prefix.slice(0, PREFIX_DIGITS)) : undefined
    const candidates = prefix.length >= PREFIX_DIGITS ? (group ?? []) : this.#written.keys()
    return [...candidates].filter((key) => key.startsWith(prefix) && this.read(key, block) !== undefined)
  }

  /** Forgets what was written above a block. */
  drop(above: number, keys: Iterable<Hex>): void {
    for (const key of keys) {
      const written = this.#written.get(key) ?? []
      while (written.length > 0 && written.at(-1)!.block > above) written.pop()
      if (written.length > 0) continue
      this.#written.delete(key)
      this.#byPrefix.get(key.slice(0, PREFIX_DIGITS))?.delete(key)
    }
  }
}
