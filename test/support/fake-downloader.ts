import type { Downloader, LookResult, StreamResult } from '../../src/media/download.ts'

/** A downloader of which only `fetch` has to be told: files come in one piece, and what can be fetched can be seen. */
export function downloaderOf(fetch: Downloader['fetch']): Downloader {
  return {
    fetch,
    async stream<T>(...[url, limits, take, signal]: Parameters<Downloader['stream']>): Promise<StreamResult<T>> {
      const result = await fetch(url, limits, signal)
      if (!result.ok) return result
      async function* pieces() {
        yield result.ok ? result.bytes : new Uint8Array()
      }
      return { ok: true, value: (await take(pieces())) as T }
    },
    async look(url, limits, signal): Promise<LookResult> {
      const result = await fetch(url, limits, signal)
      return result.ok ? { ok: true, status: 200, method: 'HEAD', size: result.bytes.length } : result
    },
  }
}
