import { compact, join, list, u8 } from '../../../scale.ts'
import { EXTRINSIC_VERSION, extra, signedExtensions, uncheckedExtrinsic } from '../extrinsic.ts'
import { address, runtimeCall, signature } from '../substrate-types.ts'
import { text } from './parts.ts'
import type { PortableTypes } from './portable-types.ts'
import type { MetadataVersion } from './version.ts'

export function encodeExtrinsic(types: PortableTypes, version: MetadataVersion): Uint8Array {
  const refer = types.refer.bind(types)
  const extensions = list(
    signedExtensions.map(({ name, type, signed }) => join(text(name), refer(type), refer(signed))),
  )
  const format = u8(EXTRINSIC_VERSION)
  const parts = [address, runtimeCall, signature].map(refer)
  switch (version) {
    case 14:
      return join(refer(uncheckedExtrinsic), format, extensions)
    case 15:
      return join(format, ...parts, refer(extra), extensions)
    case 16:
      return join(list([format]), ...parts, ALL_EXTENSIONS, extensions)
  }
}

/** By the version of the set of extensions: there is one, with all of them. */
const ALL_EXTENSIONS = list([join(u8(0), list(signedExtensions.map((_, at) => compact(at))))])
