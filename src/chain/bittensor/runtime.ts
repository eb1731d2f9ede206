/**
 * A runtime as the library reads its metadata: keys, types, calls and errors by name. It takes a second and 100 MB to make, so
 * that it is made when it is needed, and kept from one connection to the next.
 */
import type { ApiPromise } from '@polkadot/api'
import { polkadotApi } from './library.ts'
import { isFault, type Link, LinkFault } from './link.ts'
import { LibraryProvider } from './provider-link.ts'
import { quietly } from './quietly.ts'

export type Runtime = ApiPromise
/** Of the runtime that made a block. */
export type RuntimeThen = Pick<Runtime, 'query' | 'registry' | 'call'>

/** The library forgets none of them as long as it lives itself; a node may name as many as it likes. */
const MAX_OTHERS = 8

interface Known {
  readonly name: string
  readonly provider: LibraryProvider
  readonly runtime: Promise<Runtime>
  /** Versions of other blocks that were asked about. */
  readonly others: Set<number>
}

export class Runtimes {
  #newest: Known | undefined

  /**
   * @param name of the chain and version of its runtime: what is known by the same name is not fetched again
   * @throws LinkFault when this node does not give what it takes
   */
  async of(link: Link, name: string): Promise<Runtime> {
    if (this.#newest?.name === name) {
      this.#newest.provider.moveTo(link)
      return this.#newest.runtime
    }
    const provider = new LibraryProvider(link)
    const known: Known = { name, provider, runtime: start(provider, link.endpoint), others: new Set() }
    this.#newest = known
    try {
      return await known.runtime
    } catch (error) {
      if (this.#newest === known) this.#newest = undefined
      throw error
    }
  }

  /**
   * That of a block with another runtime than the newest one.
   * @param name as above @throws LinkFault when this node does not give what it takes, RpcFault
   */
  async at(link: Link, name: string, { hash, version }: { hash: string; version: number }): Promise<RuntimeThen> {
    const runtime = await this.of(link, name)
    const known = this.#newest
    known?.others.add(version)
    if (known !== undefined && known.others.size > MAX_OTHERS) this.#newest = undefined
    try {
      return await quietly(() => runtime.at(hash))
    } catch (cause) {
      throw isFault(cause) ? cause : new LinkFault(`${link.endpoint}: ${(cause as Error).message}`)
    }
  }
}

function start(provider: LibraryProvider, endpoint: string): Promise<Runtime> {
  return quietly(async () => {
    const { ApiPromise } = polkadotApi()
    // What is hashed on the way needs no WebAssembly, which takes its time to load.
    const api = new ApiPromise({ provider, noInitWarn: true, initWasm: false })
    try {
      return await api.isReadyOrError
    } catch (cause) {
      throw new LinkFault(`${endpoint}: ${(cause as Error).message}`)
    }
  })
}
