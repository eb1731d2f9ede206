/** Bytes and address of a picture that requests name by its digest. */
export interface Picture {
  readonly bytes: Uint8Array
  readonly url?: string | undefined
}

/** By SHA-256, in hex. */
export type Pictures = ReadonlyMap<string, Picture>
