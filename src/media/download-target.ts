/** Which URLs may be fetched at all, and from which addresses: asked again for every hop of a redirect. */
import { isIP } from 'node:net'
import type { DownloadLimits } from './download.ts'
import { type Failure, localFault, sourceFault } from './download-fault.ts'
import { ALLOWED_PORTS, byReachability, isNamesFault, isPublic, portOf, type Resolve } from './public-address.ts'

export interface HostAddress {
  readonly address: string
  readonly port: number
}

const MAX_URL_LENGTH = 2_048

/** @returns undefined for what is no plain http(s) URL */
export function parseTarget(text: string, base?: URL): URL | undefined {
  if (text.length > MAX_URL_LENGTH || !URL.canParse(text, base?.href)) return undefined
  const url = new URL(text, base?.href)
  const plain = url.protocol === 'http:' || url.protocol === 'https:'
  return plain && url.username === '' && url.password === '' && url.port !== '0' ? url : undefined
}

/** The host without the brackets of an IPv6 address. */
export const bareHost = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1')

/**
 * The addresses to try, each checked.
 * @param hosts names that lead to an address of the operator's choice: the only way to one that is not public
 */
export async function locate(
  target: URL,
  { plainHttp }: Pick<DownloadLimits, 'plainHttp'>,
  hosts: ReadonlyMap<string, HostAddress>,
  resolve: Resolve,
): Promise<readonly HostAddress[] | Failure> {
  const hostname = bareHost(target)
  const mapped = hosts.get(hostname)
  if (mapped !== undefined) return [mapped]
  if (target.protocol === 'http:' && plainHttp !== true) {
    return sourceFault('insecure', `${target.host} is to be reached over https`)
  }
  const port = portOf(target)
  if (!ALLOWED_PORTS.includes(port)) {
    return sourceFault('forbidden_port', `port ${port} is none of ${ALLOWED_PORTS.join(', ')}`)
  }
  let addresses: readonly string[]
  try {
    addresses = isIP(hostname) ? [hostname] : await resolve(hostname)
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    const names = await isNamesFault(hostname, code)
    return names ? sourceFault('dns', message, true) : localFault(message)
  }
  const forbidden = addresses.find((address) => !isPublic(address))
  if (forbidden !== undefined) return sourceFault('forbidden_address', `${forbidden} is not a public address`)
  if (addresses.length === 0) return sourceFault('dns', `${hostname} has no address`)
  return byReachability(addresses).map((address) => ({ address, port }))
}
