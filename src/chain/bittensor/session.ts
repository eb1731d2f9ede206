/** A link and what is known of the chain behind it: its genesis, and its runtime as the library reads the metadata. */
import type { ApiPromise } from '@polkadot/api'
import { polkadotApi } from './library.ts'
import { type Link, LinkFault, within } from './link.ts'
import { LibraryProvider } from './provider-link.ts'
import { quietly } from './quietly.ts'

export interface Session {
  readonly link: Link
  readonly api: ApiPromise
  /** What the library asks, over the link of the newest session. */
  readonly provider: LibraryProvider
  readonly genesisHash: string
  readonly specVersion: number
  /** Highest block that this node has called final, as far as we asked. */
  finalized: number
}

export interface Node {
  readonly endpoint: string
  open(timeoutMs: number): Promise<Link>
}

/**
 * @param before the last session: what it read of the metadata is not read again while the runtime is the same
 * @throws LinkFault, RpcFault when this node is of no use
 */
export async function openSession(node: Node, timeoutMs: number, before?: Session): Promise<Session> {
  let link: Link | undefined
  const opening = node.open(timeoutMs).then((opened) => {
    link = opened
    return begin(opened, before)
  })
  try {
    return await within(timeoutMs, node.endpoint, opening)
  } catch (error) {
    link?.close()
    throw error
  }
}

async function begin(link: Link, before: Session | undefined): Promise<Session> {
  if (before !== undefined && (await isSameRuntime(link, before))) {
    before.provider.moveTo(link)
    return { ...before, link, finalized: 0 }
  }
  const { ApiPromise } = polkadotApi()
  const provider = new LibraryProvider(link)
  // What is hashed on the way needs no WebAssembly, which takes its time to load.
  const api = new ApiPromise({ provider, noInitWarn: true, initWasm: false })
  try {
    await quietly(() => api.isReadyOrError)
  } catch (cause) {
    throw new LinkFault(`${link.endpoint}: ${(cause as Error).message}`)
  }
  const specVersion = api.runtimeVersion.specVersion.toNumber()
  return { link, api, provider, genesisHash: api.genesisHash.toHex(), specVersion, finalized: 0 }
}

async function isSameRuntime(link: Link, { genesisHash, specVersion }: Session): Promise<boolean> {
  const [genesis, version] = await Promise.all([
    link.send('chain_getBlockHash', [0]),
    link.send('state_getRuntimeVersion', []),
  ])
  return genesis === genesisHash && (version as { specVersion?: unknown } | null)?.specVersion === specVersion
}
