// How a failed transfer is told: whose doing it is, and in which closed code.
import { errors } from 'undici'
import type { DownloadFailure } from './download.ts'

export type DownloadFaultCode =
  | 'bad_url' // not a plain http(s) URL
  | 'insecure' // http where https is asked for
  | 'forbidden_port' // not one that models are served from
  | 'forbidden_address' // leads to an address that is not public
  | 'dns' // the name cannot be resolved
  | 'connect' // refused, unreachable, or broken before an answer came
  | 'tls' // no trustworthy encrypted connection
  | 'protocol' // the answer is not valid HTTP, or its headers are too large
  | 'redirect' // leads nowhere, or on and on
  | 'http_status' // any other answer than 200
  | 'content_encoding' // compressed in a way that we do not unpack, or not unpackable
  | 'compression_ratio' // unpacks to far more than came
  | 'too_large'
  | 'timeout'
  | 'local' // our own machine: no network, no file handles, no memory

/** Nobody answered. */
const SILENT: ReadonlySet<DownloadFaultCode> = new Set(['dns', 'connect', 'tls', 'timeout'])

export type Failure = DownloadFailure & { readonly code: DownloadFaultCode }

/** What goes on record of words that the other side may have chosen, such as the names in a certificate. */
const MAX_DETAIL = 300
const plain = (text: string) => text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, MAX_DETAIL)

export const sourceFault = (code: DownloadFaultCode, detail: string, transient = false): Failure => ({
  ok: false,
  fault: 'source',
  code,
  detail: plain(detail),
  transient,
  ...(SILENT.has(code) && { silent: true }),
})

export const localFault = (detail: string): Failure => ({
  ok: false,
  fault: 'infrastructure',
  code: 'local',
  detail,
  transient: true,
})

/**
 * Failures of the machine that we run on. Unreachable networks are not among them: whoever owns an address can have its
 * router say so of it, and must not hold up everybody by that. Whether it is our network shows elsewhere.
 */
const LOCAL = ['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS', 'ENETDOWN', 'EADDRNOTAVAIL']
const TLS = /^(ERR_SSL_|ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO$)/
const PROTOCOL = /^(HPE_|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_|UND_ERR_RESPONSE)/
const TIMEOUT = /^(UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|ETIMEDOUT)$/

/** @param ipv6 whether the connection was to an IPv6 address, which not every machine can reach */
export function transferFault(error: unknown, ipv6: boolean): Failure {
  const { code, message } = (error instanceof Error ? error : new Error(String(error))) as NodeJS.ErrnoException
  if (error instanceof errors.HTTPParserError) return sourceFault('protocol', message)
  if (code === undefined) return localFault(message)
  const detail = `${code}: ${message}`
  if (ipv6 && (code === 'ENETUNREACH' || code === 'EADDRNOTAVAIL')) {
    return sourceFault('connect', 'the host has only IPv6 addresses; it has to be reachable over IPv4')
  }
  if (LOCAL.includes(code)) return localFault(detail)
  if (TIMEOUT.test(code)) return sourceFault('timeout', detail, true)
  if (TLS.test(code)) return sourceFault('tls', detail, true)
  if (PROTOCOL.test(code)) return sourceFault('protocol', detail)
  return sourceFault('connect', detail, true)
}
