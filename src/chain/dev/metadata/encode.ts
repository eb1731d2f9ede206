/** The metadata as bytes: https://docs.rs/frame-metadata has the layout of both versions. */
import { join, list, sized, u8 } from '../../scale.ts'
import { runtimeApis } from './apis/runtime-apis.ts'
import { EXTRINSIC_VERSION, extra, signedExtensions, uncheckedExtrinsic } from './extrinsic.ts'
import { HASHERS, type Pallet, type StorageItem } from './pallet.ts'
import { NO_DOCS, optional, PortableTypes, text } from './portable-types.ts'
import { outerTypes, pallets, runtimeError, typeOf } from './runtime.ts'
import { address, runtimeCall, runtimeEvent, signature } from './substrate-types.ts'
import { struct, tuple } from './types.ts'
import { encodeValue } from './values.ts'

/** What every metadata begins with, before its version. */
const MAGIC = new TextEncoder().encode('meta')

export function encodeMetadata(version: 14 | 15): Uint8Array {
  const types = new PortableTypes(outerTypes)
  const palletDocs = version === 15 ? [NO_DOCS] : []
  const body = join(
    list(pallets.map((pallet) => join(encodePallet(types, pallet), ...palletDocs))),
    version === 14 ? extrinsicOf14(types) : extrinsicOf15(types),
    types.refer(struct('node_subtensor_runtime::Runtime', [])),
    ...(version === 15 ? [apis(types), outerEnums(types), NO_CUSTOM_VALUES] : []),
  )
  return join(MAGIC, u8(version), types.encode(), body)
}

const NO_CUSTOM_VALUES = list([])

function encodePallet(types: PortableTypes, pallet: Pallet): Uint8Array {
  const partOf = (part: 'Call' | 'Event' | 'Error') => {
    const type = typeOf(part, pallet)
    return optional(type && types.refer(type))
  }
  const { storage, constants = [] } = pallet
  return join(
    text(pallet.name),
    optional(storage && join(text(pallet.name), list(storage.map((item) => encodeItem(types, item))))),
    partOf('Call'),
    partOf('Event'),
    list(
      constants.map(({ name, type, value }) =>
        join(text(name), types.refer(type), sized(encodeValue(type, value)), NO_DOCS),
      ),
    ),
    partOf('Error'),
    u8(pallet.index),
  )
}

function encodeItem(types: PortableTypes, { name, keys, value, fallback }: StorageItem): Uint8Array {
  const [key] = keys
  const keyType = keys.length === 1 && key !== undefined ? key.type : tuple(...keys.map(({ type }) => type))
  const hashers = list(keys.map(({ hasher }) => u8(HASHERS[hasher])))
  return join(
    text(name),
    u8(fallback === undefined ? 0 : 1),
    keys.length === 0
      ? join(u8(0), types.refer(value))
      : join(u8(1), hashers, types.refer(keyType), types.refer(value)),
    sized(fallback === undefined ? u8(0) : encodeValue(value, fallback.value)),
    NO_DOCS,
  )
}

const extensionsOf = (types: PortableTypes) =>
  list(signedExtensions.map(({ name, type, signed }) => join(text(name), types.refer(type), types.refer(signed))))

const extrinsicOf14 = (types: PortableTypes) =>
  join(types.refer(uncheckedExtrinsic), u8(EXTRINSIC_VERSION), extensionsOf(types))

const extrinsicOf15 = (types: PortableTypes) =>
  join(
    u8(EXTRINSIC_VERSION),
    ...[address, runtimeCall, signature, extra].map((type) => types.refer(type)),
    extensionsOf(types),
  )

const outerEnums = (types: PortableTypes) =>
  join(...[runtimeCall, runtimeEvent, runtimeError].map((type) => types.refer(type)))

const apis = (types: PortableTypes) =>
  list(
    runtimeApis.map(({ name, methods }) =>
      join(text(name), list(methods.map((method) => encodeMethod(types, method))), NO_DOCS),
    ),
  )

const encodeMethod = (types: PortableTypes, { name, inputs, output }: (typeof runtimeApis)[0]['methods'][0]) =>
  join(
    text(name),
    list(Object.entries(inputs).map(([label, type]) => join(text(label), types.refer(type)))),
    types.refer(output),
    NO_DOCS,
  )
