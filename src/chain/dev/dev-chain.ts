/** A whole dev chain: its node, the RPC in front of it, and the pace at which its blocks are heard of. */
import { DevNode, type DevNodeOptions } from './dev-node.ts'
import { keepPace } from './pace.ts'
import { InProcessProvider } from './provider.ts'
import { Endpoint } from './rpc/endpoint.ts'
import { type DevServer, type ServerOptions, serve } from './server.ts'

export interface DevChainOptions extends DevNodeOptions {
  /** State older than so many blocks before the last final one is refused, as nodes do that are no archive. */
  readonly keepStates?: number
  /** Told of what should never fail; the chain goes on. */
  readonly onFailure?: (error: unknown) => void
}

export interface DevChain extends AsyncDisposable {
  readonly node: DevNode
  readonly endpoint: Endpoint
  /** For an `ApiPromise` in this process. */
  provider(): InProcessProvider
  /** @throws as `serve` */
  listen(options: ServerOptions): Promise<DevServer>
}

/** How late a block may be heard of, as a part of the time between blocks. */
const LATENESS = 1 / 5
const LATEST_MS = 500

/** Servers that listen end with it. @throws as `DevNode.open` */
export async function openDevChain(options: DevChainOptions): Promise<DevChain> {
  const { clock, keepStates, onFailure = () => undefined } = options
  const node = await DevNode.open(options)
  const endpoint = new Endpoint(node, { clock, onFailure, ...(keepStates === undefined ? {} : { keepStates }) })
  const servers: DevServer[] = []
  const stopped = new AbortController()
  const everyMs = Math.min(node.genesis.blockMs * LATENESS, LATEST_MS)
  const pace = options.manual ? undefined : keepPace(node, { clock, everyMs, signal: stopped.signal, onFailure })
  return {
    node,
    endpoint,
    provider: () => new InProcessProvider(endpoint),
    listen: async (where) => {
      const server = await serve(endpoint, where)
      servers.push(server)
      return server
    },
    async [Symbol.asyncDispose]() {
      stopped.abort()
      await Promise.all([pace, ...servers.splice(0).map((server) => server[Symbol.asyncDispose]())])
      endpoint.shut()
      node[Symbol.dispose]()
    },
  }
}
