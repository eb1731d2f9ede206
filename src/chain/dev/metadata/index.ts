/**
 * The metadata of the dev chain's runtime: of our own making, with the storage keys, types and encodings of Bittensor's for
 * all that we use of it. Made of the tables in `pallets/` and `apis/`; the same bytes every time.
 */
import { encodeMetadata } from './encode/metadata.ts'
import type { MetadataVersion } from './encode/version.ts'

export { METADATA_VERSIONS, type MetadataVersion } from './encode/version.ts'

const made = new Map<MetadataVersion, Uint8Array>()

/** @returns what `state_getMetadata` answers: `meta`, the version, and the rest. Version 14 tells of no runtime APIs. */
export function devMetadata(version: MetadataVersion): Uint8Array {
  const known = made.get(version) ?? encodeMetadata(version)
  made.set(version, known)
  return known
}
