/** A link and what is known of the chain behind it. What takes metadata waits until somebody needs it. */
import { HASH, type Link, LinkFault, within } from './link.ts'
import type { Runtime, Runtimes, RuntimeThen } from './runtime.ts'

export interface Session {
  readonly link: Link
  readonly genesisHash: string
  readonly specVersion: number
  /** Highest block that this node has called final, as far as we asked. */
  finalized: number
  /** The runtime of the newest block, as the library reads the metadata. @throws LinkFault */
  runtime(): Promise<Runtime>
  /** That of any block. @throws LinkFault, RpcFault */
  runtimeAt(hash: string): Promise<RuntimeThen>
}

export interface Node {
  readonly endpoint: string
  open(timeoutMs: number): Promise<Link>
}

/** @throws LinkFault, RpcFault when this node is of no use */
export async function openSession(node: Node, timeoutMs: number, runtimes: Runtimes): Promise<Session> {
  let link: Link | undefined
  const opening = node.open(timeoutMs).then((opened) => {
    link = opened
    return begin(opened, runtimes)
  })
  try {
    return await within(timeoutMs, node.endpoint, opening)
  } catch (error) {
    link?.close()
    throw error
  }
}

async function begin(link: Link, runtimes: Runtimes): Promise<Session> {
  const [genesisHash, specVersion] = await Promise.all([
    link.send('chain_getBlockHash', [0]),
    link.send('state_getRuntimeVersion', []).then(specVersionIn),
  ])
  if (typeof genesisHash !== 'string' || !HASH.test(genesisHash) || specVersion === undefined) {
    throw new LinkFault(`${link.endpoint}: does not say which chain it has`)
  }
  const name = `${genesisHash} ${specVersion}`
  const runtime = () => runtimes.of(link, name)
  const runtimeAt = async (hash: string) => {
    const version = specVersionIn(await link.send('state_getRuntimeVersion', [hash]))
    if (version === undefined) throw new LinkFault(`${link.endpoint}: does not say which runtime made ${hash}`)
    return version === specVersion ? runtime() : runtimes.at(link, name, { hash, version })
  }
  return { link, genesisHash, specVersion, finalized: 0, runtime, runtimeAt }
}

/** From what `state_getRuntimeVersion` answers. */
export function specVersionIn(answer: unknown): number | undefined {
  const version = (answer as { specVersion?: unknown } | null)?.specVersion
  return Number.isSafeInteger(version) ? (version as number) : undefined
}
