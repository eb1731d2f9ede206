/**
 * Where bytes too large for git live. Keys are made of their content or of the hash of their inputs, so an object
 * never changes: writing a key again is a no-op.
 */
export interface ObjectStore {
  /** For people: a folder, or `s3://bucket/prefix`. */
  readonly id: string
  /** All or nothing; the first write of a key wins. @throws `unavailable` */
  put(key: string, bytes: Uint8Array, contentType: string): Promise<void>
  get(key: string): Promise<Uint8Array | undefined>
  has(key: string): Promise<boolean>
  /** Public address of an object. */
  url(key: string): string
}
