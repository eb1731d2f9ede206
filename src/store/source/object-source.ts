/** Where an auditor reads the objects of a store again: bounded, patient, and never taken for an absence by mistake. */
export interface ObjectSource extends AsyncDisposable {
  /** For people: a folder, `s3://bucket/prefix`, or a URL without credentials. */
  readonly id: string
  /**
   * @returns undefined only when the store says that it has no such object
   * @throws `refused` for what is larger than asked for, or cannot be read as it is; `unauthorised`; `not-found` when the
   * whole store is not there; `unavailable` when it does not answer; `aborted`; `usage` for what is no key
   */
  get(key: string, limits: ReadLimits): Promise<Uint8Array | undefined>
}

export interface ReadLimits {
  readonly maxBytes: number
  readonly signal: AbortSignal
}
