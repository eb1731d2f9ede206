import { compact, join, list } from '../../../scale.ts'
import { type RuntimeApi, runtimeApis } from '../apis/runtime-apis.ts'
import { API_VERSIONS } from '../version.ts'
import { NO_DOCS, NOT_DEPRECATED, text } from './parts.ts'
import type { PortableTypes } from './portable-types.ts'
import { type MetadataVersion, since } from './version.ts'

export function encodeApis(types: PortableTypes, version: MetadataVersion): Uint8Array {
  const since16 = (...parts: readonly Uint8Array[]) => since(16, version, ...parts)
  const method = ({ name, inputs, output }: RuntimeApi['methods'][number]) =>
    join(
      text(name),
      list(Object.entries(inputs).map(([label, type]) => join(text(label), types.refer(type)))),
      types.refer(output),
      NO_DOCS,
      ...since16(NOT_DEPRECATED),
    )
  const api = ({ name, methods }: RuntimeApi) =>
    join(text(name), list(methods.map(method)), NO_DOCS, ...since16(compact(API_VERSIONS[name]), NOT_DEPRECATED))
  return list(runtimeApis.map(api))
}
