/**
 * State that every block changes, made when it is read: an idle block writes nothing. The time and number, old hashes, the events
 * of the block, the pulses, and how long a subnet's last epoch is past.
 */

import { eventsHex, inherentEvent } from '../runtime/events.ts'
import type { Name, Runtime } from '../runtime/runtime.ts'
import type { StorageEntry } from '../runtime/storage-entry.ts'
import type { Hex } from '../substrate-node.ts'
import type { DevBeacon } from './beacon.ts'
import type { DevBlock } from './block.ts'

/** `BlockHashCount` of the runtime. */
const HASHES_KEPT = 2400

interface Item {
  /** Undefined where nothing lies. @param key of this item */
  read(key: Hex, block: DevBlock): Hex | undefined
  keys(block: DevBlock): readonly Hex[]
}

export interface ComputedParts {
  readonly runtime: Runtime
  readonly beacon: DevBeacon
  /** Hash of an ancestor. */
  hashBefore(block: DevBlock, number: number): Hex | undefined
  /** What is written, not made. */
  read(key: Hex, block: DevBlock): Hex | undefined
  keys(prefix: Hex, block: DevBlock): readonly Hex[]
}

export class Computed {
  /** By the first 32 bytes of their keys. */
  readonly #items = new Map<string, Item>()
  readonly #parts: ComputedParts

  constructor(parts: ComputedParts) {
    this.#parts = parts
    this.#plain('Timestamp.Now', (block) => block.timeMs)
    this.#plain('System.Number', (block) => block.number)
    this.#plain('System.ParentHash', (block) => block.parentHash)
    this.#plain('Drand.LastStoredRound', (block) => parts.beacon.roundAt(block.timeMs))
    this.#plain('Drand.OldestStoredRound', (block) => parts.beacon.oldestAt(block.timeMs))
    this.#events()
    this.#hashes()
    this.#pulses()
    this.#sinceEpoch()
  }

  /** Undefined for a key that is not made here. */
  of(key: Hex): Item | undefined {
    return this.#items.get(key.slice(0, 66))
  }

  /** All made keys with the prefix. */
  keys(prefix: Hex, block: DevBlock): Hex[] {
    const items = [...this.#items].filter(([own]) => own.startsWith(prefix.slice(0, 66)))
    return items.flatMap(([, item]) => item.keys(block)).filter((key) => key.startsWith(prefix))
  }

  #plain(name: Name, value: (block: DevBlock) => unknown): void {
    const entry = this.#parts.runtime.entry(name)
    if (entry === undefined) return
    const own = entry.key()
    this.#items.set(entry.prefix, {
      read: (key, block) => (key === own ? entry.encode(value(block)) : undefined),
      keys: () => [own],
    })
  }

  /** Of a map whose keys end with a number, little endian, in so many bytes. */
  #map(name: Name, size: number, range: (block: DevBlock) => Range, value: ValueOf): void {
    const entry = this.#parts.runtime.entry(name)
    if (entry === undefined) return
    // Clients list them page by page.
    let listed: { readonly least: number; readonly most: number; readonly keys: readonly Hex[] } | undefined
    this.#items.set(entry.prefix, {
      read: (key, block) => {
        const [least, most] = range(block)
        const number = endOf(key, size)
        if (number === undefined || number < least || number > most || entry.key(number) !== key) return undefined
        return value(entry, block, number)
      },
      keys: (block) => {
        const [least, most] = range(block)
        if (listed?.least !== least || listed.most !== most) {
          const keys = Array.from({ length: Math.max(0, most - least + 1) }, (_, at) => entry.key(least + at))
          listed = { least, most, keys }
        }
        return listed.keys
      },
    })
  }

  #events(): void {
    const { runtime } = this.#parts
    const entry = runtime.entry('System.Events')
    if (entry === undefined) return
    const own = entry.key()
    let idle: Hex | undefined
    const read = (key: Hex, block: DevBlock): Hex | undefined => {
      if (key !== own || block.parent === undefined) return undefined
      idle ??= eventsHex([inherentEvent(runtime)])
      return block.events ?? idle
    }
    this.#items.set(entry.prefix, { read, keys: () => [own] })
  }

  #hashes(): void {
    const range = ({ number }: DevBlock): Range => [Math.max(0, number - HASHES_KEPT), number - 1]
    this.#map('System.BlockHash', 4, range, (entry, block, number) => {
      const hash = this.#parts.hashBefore(block, number)
      return hash && entry.encode(hash)
    })
  }

  #pulses(): void {
    const { beacon } = this.#parts
    const range = ({ timeMs }: DevBlock): Range => [beacon.oldestAt(timeMs), beacon.roundAt(timeMs)]
    this.#map('Drand.Pulses', 8, range, (entry, _block, round) => {
      const { randomness, signature } = beacon.pulse(round)
      return entry.encode({ round, randomness: hexOf(randomness), signature: hexOf(signature) })
    })
  }

  #sinceEpoch(): void {
    const { runtime, read, keys } = this.#parts
    const [own, last] = [
      runtime.entry('SubtensorModule.BlocksSinceLastStep'),
      runtime.entry('SubtensorModule.LastEpochBlock'),
    ]
    if (own === undefined || last === undefined) return
    this.#items.set(own.prefix, {
      read: (key, block) => {
        const bytes = read(`${last.prefix}${key.slice(66)}`, block)
        return bytes === undefined ? undefined : own.encode(Math.max(0, block.number - Number(last.json(bytes))))
      },
      keys: (block) => keys(last.prefix, block).map((key): Hex => `${own.prefix}${key.slice(66)}`),
    })
  }
}

type Range = readonly [least: number, most: number]
type ValueOf = (entry: StorageEntry, block: DevBlock, number: number) => Hex | undefined

/** The number that a key ends with; undefined for one that no block or round has. */
function endOf(key: Hex, size: number): number | undefined {
  const bytes = Buffer.from(key.slice(2), 'hex')
  if (bytes.length < 32 + size) return undefined
  const number = size === 4 ? BigInt(bytes.readUInt32LE(bytes.length - 4)) : bytes.readBigUInt64LE(bytes.length - 8)
  return number <= Number.MAX_SAFE_INTEGER ? Number(number) : undefined
}

const hexOf = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`
