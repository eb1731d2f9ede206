/** Versions of the format. Clients take the highest that they know; Python's ask for 14 and 15. */
export const METADATA_VERSIONS = [14, 15, 16] as const

export type MetadataVersion = (typeof METADATA_VERSIONS)[number]

/** Parts that the format has had since a version. */
export const since = (first: MetadataVersion, version: MetadataVersion, ...parts: readonly Uint8Array[]) =>
  version < first ? [] : parts
