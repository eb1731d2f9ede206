import { join, list, sized, u8 } from '../../../scale.ts'
import { type Constant, HASHERS, type Pallet, type StorageItem } from '../pallet.ts'
import { typeOf } from '../runtime.ts'
import { tuple } from '../types.ts'
import { NO_DOCS, NONE_DEPRECATED, NOT_DEPRECATED, optional, text } from './parts.ts'
import type { PortableTypes } from './portable-types.ts'
import { encodeValue } from './values.ts'
import { type MetadataVersion, since } from './version.ts'

export function encodePallet(types: PortableTypes, pallet: Pallet, version: MetadataVersion): Uint8Array {
  const { name, index, storage, constants = [] } = pallet
  const since16 = (...parts: readonly Uint8Array[]) => since(16, version, ...parts)
  const variants = (part: 'Call' | 'Event' | 'Error') => {
    const type = typeOf(part, pallet)
    return optional(type && join(types.refer(type), ...since16(NONE_DEPRECATED)))
  }
  const item = (each: StorageItem) => join(encodeItem(types, each), ...since16(NOT_DEPRECATED))
  const constant = (each: Constant) => join(encodeConstant(types, each), ...since16(NOT_DEPRECATED))
  return join(
    text(name),
    optional(storage && join(text(name), list(storage.map(item)))),
    variants('Call'),
    variants('Event'),
    list(constants.map(constant)),
    variants('Error'),
    ...since16(NO_ASSOCIATED_TYPES, NO_VIEW_FUNCTIONS),
    u8(index),
    ...since(15, version, NO_DOCS),
    ...since16(NOT_DEPRECATED),
  )
}

const NO_ASSOCIATED_TYPES = list([])
const NO_VIEW_FUNCTIONS = list([])

const encodeConstant = (types: PortableTypes, { name, type, value }: Constant) =>
  join(text(name), types.refer(type), sized(encodeValue(type, value)), NO_DOCS)

function encodeItem(types: PortableTypes, { name, keys, value, fallback }: StorageItem): Uint8Array {
  const [key] = keys
  const keyType = keys.length === 1 && key !== undefined ? key.type : tuple(...keys.map(({ type }) => type))
  const hashers = list(keys.map(({ hasher }) => u8(HASHERS[hasher])))
  return join(
    text(name),
    u8(fallback === undefined ? MODIFIER.optional : MODIFIER.default),
    keys.length === 0 ? u8(KIND.plain) : join(u8(KIND.map), hashers, types.refer(keyType)),
    types.refer(value),
    sized(fallback === undefined ? u8(0) : encodeValue(value, fallback.value)),
    NO_DOCS,
  )
}

const MODIFIER = { optional: 0, default: 1 } as const
const KIND = { plain: 0, map: 1 } as const
