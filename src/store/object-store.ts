/**
 * Where bytes too large for git live. Keys are made of their content or of the hash of their inputs, so an object
 * never changes: writing the same bytes again is a no-op, and writing others is refused.
 */
export interface ObjectStore {
  /** For people: a folder, or `s3://bucket/prefix`. */
  readonly id: string
  /**
   * All or nothing; the first write of a key wins.
   * @throws `refused` when other bytes are there; `unavailable`, `unauthorised`, `not-found` for the store as a whole
   */
  put(key: string, bytes: Uint8Array, contentType: string): Promise<void>
  /**
   * Takes in bytes of any length without holding them in memory, before anybody knows what they are to be called.
   * @throws as `put`, and whatever the chunks throw: nothing is left of them then
   */
  receive(chunks: AsyncIterable<Uint8Array>): Promise<Incoming>
  get(key: string): Promise<Uint8Array | undefined>
  has(key: string): Promise<boolean>
  /** Public address of an object. */
  url(key: string): string
}

/** For those who only look. */
export type ObjectReader = Pick<ObjectStore, 'id' | 'get'>

/** Bytes that came in whole, but are no object yet; gone when they are disposed of. */
export interface Incoming extends AsyncDisposable {
  /** Lower-case hex. */
  readonly sha256: string
  /** Bytes. */
  readonly size: number
  /** Makes them an object; as `put`. */
  keep(key: string, contentType: string): Promise<void>
}
