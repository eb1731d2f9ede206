import { isIP } from 'node:net'
import { Pool } from 'undici'
import { bareHost, type HostAddress } from './download-target.ts'

const CONNECT_TIMEOUT_MS = 10_000
const MAX_HEADER_BYTES = 16 * 1024
const MAX_POOLS = 128
/** To one name at one address; whoever downloads much asks for less at once. */
const MAX_CONNECTIONS = 32

/**
 * Connections to addresses that were checked, and to no others: an URL's name is never resolved a second time. They
 * are kept for further requests to the same name at the same address.
 */
export class PinnedConnections {
  /** Least recently used first. */
  readonly #pools = new Map<string, Pool>()

  /** @returns also whether connections may be left of earlier requests, which the host may have closed */
  to(target: URL, host: HostAddress): { pool: Pool; isUsed: boolean } {
    const key = keyOf(target, host)
    const known = this.#pools.get(key)
    const pool = known ?? open(target, host)
    this.#pools.delete(key)
    this.#pools.set(key, pool)
    for (const [old, idle] of this.#pools) {
      if (this.#pools.size <= MAX_POOLS) break
      this.#forget(old, idle)
    }
    return { pool, isUsed: known !== undefined }
  }

  /** What is under way goes on; whoever comes next connects anew. */
  drop(target: URL, host: HostAddress): void {
    const key = keyOf(target, host)
    const pool = this.#pools.get(key)
    if (pool !== undefined) this.#forget(key, pool)
  }

  #forget(key: string, pool: Pool): void {
    this.#pools.delete(key)
    pool.close().catch(() => undefined)
  }
}

const keyOf = ({ protocol, hostname }: URL, { address, port }: HostAddress) =>
  `${protocol}//${hostname} ${address} ${port}`

function open(target: URL, { address, port }: HostAddress): Pool {
  return new Pool(`${target.protocol}//${isIP(address) === 6 ? `[${address}]` : address}:${port}`, {
    // Certificates are those of the name, not of the address.
    connect: {
      timeout: CONNECT_TIMEOUT_MS,
      ...(isIP(bareHost(target)) === 0 && { servername: target.hostname }),
    },
    connections: MAX_CONNECTIONS,
    pipelining: 1,
    maxHeaderSize: MAX_HEADER_BYTES,
    // A watch of our own says when it is late.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}
