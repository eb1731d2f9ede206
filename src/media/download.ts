export interface DownloadLimits {
  /** Of the file itself: what comes compressed is counted unpacked. */
  readonly maxBytes: number
  /** For the whole transfer, from connecting to the last byte; the time that our own side takes does not count. */
  readonly timeoutMs: number
  /** Until the head of the answer is there, connecting included. */
  readonly headersMs?: number
  /** From there to the first byte of the body. */
  readonly firstByteMs?: number
  /** Between one piece of the body and the next. */
  readonly idleMs?: number
  /** Whether `http:` will do where the address is not one of the operator's. */
  readonly plainHttp?: boolean
  /** How often an answer may lead elsewhere; three times where absent. */
  readonly maxRedirects?: number
}

/** `source`: the other side's doing, the same for anybody who asks; `infrastructure`: ours, to be tried again. */
export interface DownloadFailure {
  readonly ok: false
  readonly fault: 'source' | 'infrastructure'
  readonly code: string
  readonly detail: string
  /** True when nobody answered at all, which looks the same when it is our own network that is down. */
  readonly silent?: boolean
  /** True when it may go away by itself. */
  readonly transient?: boolean
  /** Of the answer, where there was one. */
  readonly status?: number
}

export type DownloadResult = { readonly ok: true; readonly bytes: Uint8Array } | DownloadFailure

/** @typeParam T what became of the bytes */
export type StreamResult<T> = { readonly ok: true; readonly value: T } | DownloadFailure

/** What a host says of a file that it has, without sending it. Texts are the host's own: bounded, printable ASCII. */
export interface Sight {
  readonly ok: true
  readonly status: number
  /** `GET` where the host has nothing sensible to say to `HEAD`. */
  readonly method: 'HEAD' | 'GET'
  /** Bytes, as the host says. */
  readonly size?: number
  readonly etag?: string
  readonly lastModified?: string
}
export type LookResult = Sight | DownloadFailure

/** Fetches untrusted bytes over HTTP(S) within limits; never throws for what the other side does. */
export interface Downloader {
  /** A small file, held in memory; tried a second time where that may help. @throws `aborted` */
  fetch(url: string, limits: DownloadLimits, signal: AbortSignal): Promise<DownloadResult>
  /**
   * One attempt at a file of any size, handed on as it comes. What `take` makes of it counts only when all of it came.
   * @throws `aborted`, and whatever `take` throws for reasons of its own
   */
  stream<T>(
    url: string,
    limits: DownloadLimits,
    take: (chunks: AsyncIterable<Uint8Array>) => Promise<T>,
    signal: AbortSignal,
  ): Promise<StreamResult<T>>
  /** One attempt to learn whether a file is there. @throws `aborted` */
  look(url: string, limits: DownloadLimits, signal: AbortSignal): Promise<LookResult>
}
