// Which machine a URL leads to, and whether we may go there: only public addresses, decided after name resolution.
import { lookup, Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import ipaddr from 'ipaddr.js'

export type Resolve = (hostname: string) => Promise<readonly string[]>

/** Where models are served. Anything else on a public machine is none of our business. */
export const ALLOWED_PORTS: readonly number[] = [80, 443, 8080, 8443]

export const portOf = ({ port, protocol }: URL): number => Number(port || (protocol === 'https:' ? 443 : 80))

/** For one question to one name server, asked twice. */
const NAME_SERVER_MS = 4_000
/** What is said where there is no name server that could be asked. */
const NO_SERVER = 'ECONNREFUSED'

/**
 * Asks name servers, without the hosts file: the system's own way has two places at a time for the whole process, which a
 * few names that are never answered for would hold against everybody's. It is asked where there is no name server at all.
 * @param servers `address:port`; those of the system where absent
 */
export async function resolveHost(hostname: string, servers?: readonly string[]): Promise<readonly string[]> {
  if (/(^|\.)localhost\.?$/i.test(hostname)) return ['127.0.0.1', '::1']
  const resolver = new Resolver({ timeout: NAME_SERVER_MS, tries: 2 })
  if (servers !== undefined) resolver.setServers(servers)
  const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
  const found = [ipv4, ipv6].flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
  if (found.length > 0 || ipv4.status === 'fulfilled') return found
  if ((ipv4.reason as NodeJS.ErrnoException).code !== NO_SERVER) throw ipv4.reason
  return (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address)
}

/** All of IPv6 that is handed out for use on the Internet (IANA). */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3')

/** Looks public, and is how every virtual machine at Azure reaches what configures it. */
const AZURE_HOST = '168.63.129.16'

/**
 * Unicast on the public Internet, and another machine than this one: its own firewall lets us through where nobody else gets
 * in. An IPv4 address written as IPv6 counts as what it is.
 */
export function isPublic(address: string, own: () => readonly string[] = ownAddresses): boolean {
  if (isIP(address) === 0) return false
  const parsed = ipaddr.process(address)
  const isGlobal = parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(GLOBAL_IPV6))
  if (!isGlobal) return false
  const text = parsed.toString()
  return text !== AZURE_HOST && !own().some((each) => ipaddr.isValid(each) && ipaddr.process(each).toString() === text)
}

const ownAddresses = () => Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map((at) => at.address))

/** IPv4 first: it works from everywhere. */
export function byReachability(addresses: readonly string[]): string[] {
  return [...addresses].sort((a, b) => isIP(a) - isIP(b))
}

/** What our own resolver says when there is no name server to be asked at all. */
const OWN_FAULTS = ['ECONNREFUSED', 'ENOMEM', 'EFILE']

/**
 * Whether a failed resolution may be the doing of the name's owner. Our resolver being gone is not; but a name server
 * that fails, is silent, or answers only the second time must not be able to pass for that, or it could hold up a round.
 * @param code what the system said
 */
export async function isNamesFault(hostname: string, code: string, ask = askNameServer): Promise<boolean> {
  return code !== 'EAI_AGAIN' || !OWN_FAULTS.includes(await ask(hostname))
}

/** The system does not tell these apart, a resolver of our own does. @returns the code of the failure, if it is one */
async function askNameServer(hostname: string): Promise<string> {
  try {
    await new Resolver({ timeout: 2_000, tries: 1 }).resolve4(hostname)
    return ''
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? ''
  }
}
