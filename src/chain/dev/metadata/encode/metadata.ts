/** The metadata as bytes; https://docs.rs/frame-metadata has the layout of every version. */
import { join, list, u8 } from '../../../scale.ts'
import { outerTypes, pallets, runtimeError } from '../runtime.ts'
import { runtimeCall, runtimeEvent } from '../substrate-types.ts'
import { struct } from '../types.ts'
import { encodeApis } from './apis.ts'
import { encodeExtrinsic } from './extrinsic.ts'
import { encodePallet } from './pallet.ts'
import { PortableTypes } from './portable-types.ts'
import type { MetadataVersion } from './version.ts'

/** What every metadata begins with, before its version. */
const MAGIC = new TextEncoder().encode('meta')

export function encodeMetadata(version: MetadataVersion): Uint8Array {
  const types = new PortableTypes(outerTypes)
  const body = [
    list(pallets.map((pallet) => encodePallet(types, pallet, version))),
    encodeExtrinsic(types, version),
    ...(version < 16 ? [types.refer(struct('node_subtensor_runtime::Runtime', []))] : []),
    ...(version < 15 ? [] : [encodeApis(types, version), outerEnums(types), NO_CUSTOM_VALUES]),
  ]
  // Last, when all types are known.
  return join(MAGIC, u8(version), types.encode(), ...body)
}

const outerEnums = (types: PortableTypes) =>
  join(...[runtimeCall, runtimeEvent, runtimeError].map((type) => types.refer(type)))

const NO_CUSTOM_VALUES = list([])
