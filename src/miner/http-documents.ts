/** The files of a competition over plain HTTP(S), where each lies under a common base: no git, no account. */
import { EnvHttpProxyAgent, request } from 'undici'
import { RoundkeeperError } from '../errors.ts'
import { type Documents, fetchFailed } from './documents.ts'

export const DEFAULT_COMPETITION = 'https://raw.githubusercontent.com/404-Repo/404-active-competition/main'

export interface HttpLimits {
  /** For the whole answer. */
  readonly timeoutMs?: number
  /** `submissions.json` of a crowded round has some 100 KB. */
  readonly maxBytes?: number
}

const TIMEOUT_MS = 10_000
const MAX_BYTES = 16 * 2 ** 20

/** @param base an address under which `state.json` lies, or a repository's page on GitHub @throws `usage` */
export function httpDocuments(
  base: string,
  { timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES }: HttpLimits = {},
): Documents {
  const where = rawBase(base)
  return {
    where,
    async text(path) {
      const url = `${where}/${path}`
      try {
        return await get(url, AbortSignal.timeout(timeoutMs), maxBytes)
      } catch (error) {
        if (error instanceof RoundkeeperError) throw error
        const late = error instanceof Error && error.name === 'TimeoutError'
        throw fetchFailed(url, late ? `no answer within ${timeoutMs / 1000} s` : messageOf(error))
      }
    },
  }
}

/** `https://github.com/OWNER/REPO`, `…/REPO.git` and `…/REPO/tree/BRANCH` stand for where GitHub serves the files. */
export function rawBase(address: string): string {
  const url = URL.parse(address)
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new RoundkeeperError('usage', 'not the address of a competition', {
      where: JSON.stringify(address.slice(0, 200)),
      hint: `Give a raw base URL such as ${DEFAULT_COMPETITION}, https://github.com/OWNER/REPO, or a folder.`,
    })
  }
  const [owner, repo, tree, branch = 'main', ...rest] = url.pathname.split('/').filter((part) => part !== '')
  const isPage = /^(www\.)?github\.com$/.test(url.hostname) && repo !== undefined && rest.length === 0
  if (isPage && (tree === undefined || tree === 'tree')) {
    return `https://raw.githubusercontent.com/${owner}/${repo.replace(/\.git$/, '')}/${branch}`
  }
  return url.href.replace(/\/+$/, '')
}

/** Honours HTTP_PROXY and NO_PROXY. Redirects are not followed: whoever answers is whom the miner named. */
async function get(url: string, signal: AbortSignal, maxBytes: number): Promise<string | undefined> {
  const dispatcher = new EnvHttpProxyAgent()
  try {
    const headers = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'roundkeeper' }
    const { statusCode, body } = await request(url, { signal, dispatcher, headers })
    body.on('error', () => {})
    if (statusCode === 404 || statusCode === 410) return undefined
    if (statusCode !== 200) throw fetchFailed(url, `HTTP ${statusCode}`, { retryable: statusCode >= 500 })
    return await textOf(url, body, maxBytes)
  } finally {
    await dispatcher.destroy()
  }
}

async function textOf(url: string, body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > maxBytes) throw fetchFailed(url, `more than ${maxBytes} bytes`, { retryable: false })
    chunks.push(chunk)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw fetchFailed(url, 'not UTF-8', { retryable: false })
  }
}

/** Undici joins what it tried into one error without a message of its own. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0])
  return error instanceof Error ? error.message || error.name : String(error)
}
