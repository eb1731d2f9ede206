export interface DownloadLimits {
  readonly maxBytes: number
  /** For the whole transfer, from connecting to the last byte. */
  readonly timeoutMs: number
}

/** `source`: the other side's doing, the same for anybody who asks; `infrastructure`: ours, to be tried again. */
export type DownloadResult =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | {
      readonly ok: false
      readonly fault: 'source' | 'infrastructure'
      readonly code: string
      readonly detail: string
      /** True when nobody answered at all, which looks the same when it is our own network that is down. */
      readonly silent?: boolean
    }

/** Fetches untrusted bytes over HTTP(S) within limits; never throws for what the other side does. */
export interface Downloader {
  fetch(url: string, limits: DownloadLimits, signal: AbortSignal): Promise<DownloadResult>
}
