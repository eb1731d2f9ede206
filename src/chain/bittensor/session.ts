/** A link and what is known of the chain behind it: its genesis, and its runtime as the library reads the metadata. */
import type { ApiPromise } from '@polkadot/api'
import { polkadotApi } from './library.ts'
import { type Link, LinkFault, type OpenLink, within } from './link.ts'
import { libraryProvider } from './provider-link.ts'
import { quietly } from './quietly.ts'

export interface Session {
  readonly link: Link
  readonly api: ApiPromise
  readonly genesisHash: string
  readonly specVersion: number
  /** Highest block that this node has called final, as far as we asked. */
  finalized: number
}

/** @throws LinkFault, RpcFault when this node is of no use */
export async function openSession(open: OpenLink, timeoutMs: number): Promise<Session> {
  const until = performance.now() + timeoutMs
  const link = await open(timeoutMs)
  try {
    const started = quietly(() => start(link))
    const api = await within(Math.max(1, until - performance.now()), link.endpoint, started)
    return {
      link,
      api,
      genesisHash: api.genesisHash.toHex(),
      specVersion: api.runtimeVersion.specVersion.toNumber(),
      finalized: 0,
    }
  } catch (error) {
    link.close()
    throw error
  }
}

async function start(link: Link): Promise<ApiPromise> {
  const { ApiPromise } = polkadotApi()
  // What is hashed on the way needs no WebAssembly, which takes its time to load.
  const api = new ApiPromise({ provider: libraryProvider(link), noInitWarn: true, initWasm: false })
  try {
    return await api.isReadyOrError
  } catch (cause) {
    throw new LinkFault(`${link.endpoint}: ${(cause as Error).message}`)
  }
}
