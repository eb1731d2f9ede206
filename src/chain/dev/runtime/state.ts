/** The state as one block sees and changes it: values by name, with changes that can be taken back as far as a transaction began. */
import type { AnyJson, Codec } from '@polkadot/types/types'
import type { Hex } from '../substrate-node.ts'
import type { Name, Runtime } from './runtime.ts'
import type { KeyPart } from './storage-entry.ts'

/** State as bytes; undefined where nothing lies. */
export interface Bytes {
  read(key: Hex): Hex | undefined
  /** Ascending. */
  keys(prefix: Hex): readonly Hex[]
}

export type Changes = ReadonlyMap<Hex, Hex | undefined>

/**
 * Of an item that the runtime does not have, every read is empty (null, 0, false, no elements) and every write is left out: a real
 * runtime's metadata may lack what ours has.
 */
export class State {
  readonly #runtime: Runtime
  readonly #below: Bytes
  /** The oldest first; the last one is written to. */
  #layers: Map<Hex, Hex | undefined>[] = [new Map()]

  constructor(runtime: Runtime, below: Bytes) {
    this.#runtime = runtime
    this.#below = below
  }

  /** What was written, removals as undefined. */
  get changes(): Changes {
    return this.#layers[0]!
  }

  read(key: Hex): Hex | undefined {
    const layer = this.#layers.findLast((each) => each.has(key))
    return layer === undefined ? this.#below.read(key) : layer.get(key)
  }

  write(key: Hex, value: Hex | undefined): void {
    this.#layers.at(-1)!.set(key, value)
  }

  /** What it wrote is gone when it throws. */
  transaction<T>(run: () => T): T {
    const layer = new Map<Hex, Hex | undefined>()
    const depth = this.#layers.length
    this.#layers.push(layer)
    try {
      const result = run()
      for (const [key, value] of layer) this.#layers[depth - 1]!.set(key, value)
      return result
    } finally {
      this.#layers = this.#layers.slice(0, depth)
    }
  }

  /** The value, or the item's default: see `StorageEntry.json`. Not to be changed. */
  json(name: Name, ...parts: readonly KeyPart[]): AnyJson {
    const entry = this.#runtime.entry(name)
    return entry === undefined ? null : entry.json(this.read(entry.key(...parts)))
  }

  has(name: Name, ...parts: readonly KeyPart[]): boolean {
    const entry = this.#runtime.entry(name)
    return entry !== undefined && this.read(entry.key(...parts)) !== undefined
  }

  codec(name: Name, ...parts: readonly KeyPart[]): Codec | undefined {
    const entry = this.#runtime.entry(name)
    const bytes = entry && this.read(entry.key(...parts))
    return bytes === undefined ? undefined : entry?.codec(bytes)
  }

  number = (name: Name, ...parts: readonly KeyPart[]): number => Number(this.json(name, ...parts) ?? 0)
  big = (name: Name, ...parts: readonly KeyPart[]): bigint =>
    BigInt((this.json(name, ...parts) ?? 0) as string | number)
  flag = (name: Name, ...parts: readonly KeyPart[]): boolean => this.json(name, ...parts) === true
  /** An account as SS58: the item's default may be the account of zeros. */
  account = (name: Name, ...parts: readonly KeyPart[]): string => String(this.json(name, ...parts) ?? '')
  list = <T extends AnyJson>(name: Name, ...parts: readonly KeyPart[]): readonly T[] =>
    (this.json(name, ...parts) ?? []) as T[]

  set(name: Name, parts: readonly KeyPart[], value: unknown): void {
    const entry = this.#runtime.entry(name)
    if (entry !== undefined) this.write(entry.key(...parts), entry.encode(value))
  }

  remove(name: Name, parts: readonly KeyPart[]): void {
    const entry = this.#runtime.entry(name)
    if (entry !== undefined) this.write(entry.key(...parts), undefined)
  }

  /** The parts of every key of an item that begin with these, in the order of the keys. */
  partsUnder(name: Name, ...parts: readonly KeyPart[]): AnyJson[][] {
    const entry = this.#runtime.entry(name)
    if (entry === undefined) return []
    const prefix = entry.prefixOf(...parts)
    const keys = new Set(this.#below.keys(prefix))
    for (const [key, value] of this.#layers.flatMap((layer) => [...layer])) {
      if (!key.startsWith(prefix)) continue
      if (value === undefined) keys.delete(key)
      else keys.add(key)
    }
    return [...keys].sort().map((key) => entry.partsOf(key))
  }
}
