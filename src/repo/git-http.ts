/**
 * HTTP as isomorphic-git wants it, with what its own client lacks: time limits, a size limit, proxies from the
 * environment. Redirects are followed without handing credentials to another origin.
 */
import type { GitHttpRequest, GitHttpResponse, HttpClient } from 'isomorphic-git'
import { RoundkeeperError } from '../errors.ts'

const CONNECT_TIMEOUT_MS = 10_000
/** A server may count objects for a while before it answers. */
const HEADERS_TIMEOUT_MS = 120_000
/** Silence in the middle of an answer. */
const BODY_TIMEOUT_MS = 60_000
/** All of an answer, however fast it drips: who waits for ever does nothing else any more. */
export const ANSWER_TIMEOUT_MS = 30 * 60_000
/** isomorphic-git holds a pack in memory. */
const MAX_ANSWER_BYTES = 2 ** 30

/** Loaded only for a remote: it is as large as all the rest of reading a history, and most of them lie on disk. */
async function client() {
  const { EnvHttpProxyAgent, fetch } = await import('undici')
  const dispatcher = new EnvHttpProxyAgent({
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: HEADERS_TIMEOUT_MS,
    bodyTimeout: BODY_TIMEOUT_MS,
  })
  return { dispatcher, fetch }
}

let known: ReturnType<typeof client> | undefined

export const httpWithin = (timeoutMs: number): HttpClient => ({
  request: (asked) => request(asked, AbortSignal.timeout(timeoutMs)),
})

export const gitHttp: HttpClient = httpWithin(ANSWER_TIMEOUT_MS)

async function request(asked: GitHttpRequest, signal: AbortSignal): Promise<GitHttpResponse> {
  const { url, method = 'GET', headers = {}, body } = asked
  const parts: Uint8Array[] = []
  for await (const part of body ?? []) parts.push(part)
  const content = body === undefined ? null : Buffer.concat(parts)
  known ??= client()
  const { dispatcher, fetch } = await known
  const answer = await fetch(url, { method, headers, body: content, dispatcher, signal })
  return {
    url: answer.url,
    method,
    statusCode: answer.status,
    statusMessage: answer.statusText,
    headers: Object.fromEntries(answer.headers),
    body: limited(answer.body ?? [], url),
  }
}

async function* limited(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, url: string) {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) {
      throw new RoundkeeperError('refused', `the answer is larger than ${MAX_ANSWER_BYTES} bytes`, {
        where: url.replace(/\?.*/, ''),
        hint: 'Clone the repository with git and give the folder instead of its URL.',
      })
    }
    yield chunk
  }
}
