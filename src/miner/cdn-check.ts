/** Whether a host answers, from where the miner stands, and whether the collector could reach it from anywhere else. */
import { isIP } from 'node:net'
import { EnvHttpProxyAgent, request } from 'undici'
import { ALLOWED_PORTS, isPublic, portOf, type Resolve, resolveHost } from '../media/public-address.ts'

export interface CdnReport {
  /** Of the answer to HEAD; null where there was none. */
  readonly status: number | null
  /** For the miner to read; empty when all is well. */
  readonly warnings: readonly string[]
}

const TIMEOUT_MS = 10_000

/** Any answer will do: many hosts have nothing to say about a folder. Never throws for what the host does. */
export async function checkCdn(
  url: URL,
  resolve: Resolve = (name) => resolveHost(name),
  timeoutMs = TIMEOUT_MS,
): Promise<CdnReport> {
  const warnings: string[] = []
  const closed = await notPublic(url, resolve)
  if (closed !== undefined) {
    warnings.push(`${url.host} leads to ${closed}, which only this network can reach: the collector will refuse it.`)
  } else warnings.push(...unwanted(url))
  const answer = await head(url, timeoutMs)
  if (typeof answer === 'string') warnings.push(`${url.host} does not answer: ${answer}`)
  else if (answer >= 500) warnings.push(`${url.href} answers HTTP ${answer}.`)
  return { status: typeof answer === 'string' ? null : answer, warnings }
}

/** What the collector refuses of addresses that everybody can reach. */
function unwanted(url: URL): string[] {
  const warnings: string[] = []
  if (url.protocol === 'http:') {
    warnings.push(
      `${url.href} is plain http, which counts only where the competition allows it: plain_http in config.json.`,
    )
  }
  if (!ALLOWED_PORTS.includes(portOf(url))) {
    warnings.push(`${url.host}: the collector asks at the ports ${ALLOWED_PORTS.join(', ')} only.`)
  }
  return warnings
}

/** @returns the first address that is not public; undefined also where the name says nothing, since HEAD tells that */
async function notPublic({ hostname }: URL, resolve: Resolve): Promise<string | undefined> {
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const addresses = isIP(host) ? [host] : await resolve(host).catch(() => [])
  return addresses.find((address) => !isPublic(address))
}

async function head(url: URL, timeoutMs: number): Promise<number | string> {
  const dispatcher = new EnvHttpProxyAgent()
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const headers = { 'user-agent': 'roundkeeper' }
    const { statusCode, body } = await request(url, { method: 'HEAD', signal, dispatcher, headers })
    body.on('error', () => {})
    return statusCode
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') return `nothing within ${timeoutMs / 1000} s`
    return error instanceof Error ? error.message || (error as NodeJS.ErrnoException).code || error.name : String(error)
  } finally {
    await dispatcher.destroy()
  }
}
