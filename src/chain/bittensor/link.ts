/** One connection to one node: JSON-RPC, and word of its end. What it fails with says whether another node may do better. */

export interface Link {
  /** For people: the node's URL. */
  readonly endpoint: string
  /** @throws RpcFault, LinkFault */
  send(method: string, params: readonly unknown[]): Promise<unknown>
  /** @param unsubscribe name of the method that ends it @returns what ends it @throws RpcFault, LinkFault */
  subscribe(pubsub: PubSub, params: readonly unknown[], listener: (result: unknown) => void): Promise<() => void>
  /** Resolves when the connection is no more, with why. */
  readonly lost: Promise<LinkFault>
  close(): void
}

export interface PubSub {
  readonly subscribe: string
  readonly notification: string
  readonly unsubscribe: string
}

/** How nodes write hashes. */
export const HASH = /^0x[0-9a-f]{64}$/

/** The node answered, and refused. */
export class RpcFault extends Error {
  override readonly name = 'RpcFault'
  readonly code: number
  readonly data: string | undefined

  constructor(code: number, message: string, data?: unknown) {
    super(message)
    this.code = code
    this.data = typeof data === 'string' ? data : undefined
  }
}

/** The node did not answer, or with nonsense. */
export class LinkFault extends Error {
  override readonly name = 'LinkFault'
}

export const isFault = (error: unknown): error is RpcFault | LinkFault =>
  error instanceof RpcFault || error instanceof LinkFault

/** The node has dropped the state of this block, or does not have the block. */
export const isPruned = (error: unknown): boolean =>
  error instanceof RpcFault && /state already discarded|unknown ?block|header was not found/i.test(error.message)

/** @throws LinkFault when nothing came in time; what comes later is dropped */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  work.catch(() => undefined)
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LinkFault(`${what}: no answer in ${ms / 1000} s`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
