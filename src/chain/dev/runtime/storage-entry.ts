/** One storage item of the runtime: from keys to the bytes it lies under, and between its values and their bytes. */
import type { TypeRegistry } from '@polkadot/types'
import type { StorageEntry as Decorated } from '@polkadot/types/primitive/types'
import type { AnyJson, Codec } from '@polkadot/types/types'
import type { Hex } from '../substrate-node.ts'
import { util } from './libraries.ts'

/** Accounts as SS58 or hex. */
export type KeyPart = string | number | bigint

/** Keys and values that were made lately are not made again: more than these are forgotten. */
const REMEMBERED = 4096

export class StorageEntry {
  readonly #registry: TypeRegistry
  readonly #decorated: Decorated
  readonly #type: string
  readonly #keys = new Map<string, Hex>()
  readonly #values = new Map<Hex, AnyJson>()
  #default: AnyJson | undefined
  /** The first 32 bytes of all its keys. */
  readonly prefix: Hex

  constructor(registry: TypeRegistry, decorated: Decorated) {
    const { type } = decorated.meta
    this.#registry = registry
    this.#decorated = decorated
    this.#type = registry.createLookupType(type.isPlain ? type.asPlain : type.asMap.value)
    this.prefix = util().u8aToHex(decorated.keyPrefix()).slice(0, 66) as Hex
  }

  /** Of as many parts as the item has. */
  key(...parts: readonly KeyPart[]): Hex {
    const name = parts.join(' ')
    return remembered(this.#keys, name, () => {
      const source = parts.length === 0 ? this.#decorated : [this.#decorated, [...parts]]
      return this.#registry.createTypeUnsafe('StorageKey', [source]).toHex() as Hex
    })
  }

  /** What all keys begin with whose first parts are these. */
  prefixOf(...parts: readonly KeyPart[]): Hex {
    return util().u8aToHex(this.#decorated.keyPrefix(...parts)) as Hex
  }

  /** The parts of a key: accounts as SS58. */
  partsOf(key: Hex): AnyJson[] {
    const decoded = this.#registry.createTypeUnsafe('StorageKey', [key]) as Codec & {
      setMeta(meta: unknown): void
      args: Codec[]
    }
    decoded.setMeta(this.#decorated.meta)
    return decoded.args.map((part) => part.toJSON())
  }

  encode(value: unknown): Hex {
    // Not `toHex`, which leaves out lengths and turns numbers round.
    return util().u8aToHex(this.#registry.createTypeUnsafe(this.#type, [value]).toU8a()) as Hex
  }

  /** Whether these bytes are one of its values, and nothing besides. */
  holds(bytes: Hex): boolean {
    try {
      return util().u8aToHex(this.codec(bytes).toU8a()) === bytes
    } catch {
      return false
    }
  }

  codec(bytes: Hex): Codec {
    return this.#registry.createTypeUnsafe(this.#type, [util().hexToU8a(bytes)])
  }

  /**
   * As JSON: bytes are hex, numbers above 2⁵³ hex, too.
   * @param bytes what lies there; for nothing, the item's default is returned, and null if it has none
   */
  json(bytes: Hex | undefined): AnyJson {
    if (bytes !== undefined) return remembered(this.#values, bytes, () => this.codec(bytes).toJSON())
    if (this.#default === undefined) {
      const { modifier, fallback } = this.#decorated.meta
      this.#default = modifier.isOptional ? null : this.codec(util().u8aToHex(fallback.toU8a(true)) as Hex).toJSON()
    }
    return this.#default
  }
}

function remembered<K, V>(memory: Map<K, V>, key: K, make: () => V): V {
  const known = memory.get(key)
  if (known !== undefined) return known
  const made = make()
  if (memory.size >= REMEMBERED) memory.clear()
  memory.set(key, made)
  return made
}
