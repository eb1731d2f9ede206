/** Links and the library's providers, made of one another: a node in the same process is given to us as a provider. */
import type { ApiOptions } from '@polkadot/api/types'
import { type Link, LinkFault, type PubSub, RpcFault, within } from './link.ts'

export type Provider = NonNullable<ApiOptions['provider']>

/** @throws LinkFault when it does not connect in time */
export async function openProvider(provider: Provider, endpoint: string, timeoutMs: number): Promise<Link> {
  const lost = new Promise<LinkFault>((resolve) => {
    provider.on('disconnected', () => resolve(new LinkFault(`${endpoint}: disconnected`)))
    provider.on('error', (error) => resolve(new LinkFault(`${endpoint}: ${String(error)}`)))
  })
  if (!provider.isConnected) {
    const connected = new Promise<void>((resolve) => provider.on('connected', () => resolve()))
    await provider.connect()
    if (!provider.isConnected) await within(timeoutMs, endpoint, Promise.race([connected, lost.then(rejected)]))
  }
  const pending = new Set<(fault: LinkFault) => void>()
  lost.then((fault) => {
    for (const reject of pending) reject(fault)
  })
  return {
    endpoint,
    lost,
    send: (method, params) =>
      new Promise((resolve, reject) => {
        pending.add(reject)
        asked(provider.send(method, [...params]))
          .then(resolve, reject)
          .finally(() => pending.delete(reject))
      }),
    async subscribe({ subscribe, notification, unsubscribe }: PubSub, params, listener) {
      const heard = (error: Error | null, result: unknown) => {
        if (error === null) listener(result)
      }
      const id = await asked(provider.subscribe(notification, subscribe, [...params], heard))
      return () => void provider.unsubscribe(notification, unsubscribe, id).catch(() => undefined)
    },
    close: () => void provider.disconnect().catch(() => undefined),
  }
}

/**
 * What the library is given: it fetches metadata through it, and nothing else. Without subscriptions it has no timers
 * either, and leaves reconnecting to us.
 */
export class LibraryProvider implements Provider {
  readonly hasSubscriptions = false
  readonly isClonable = false
  readonly isConnected = true
  #link: Link

  constructor(link: Link) {
    this.#link = link
  }

  moveTo(link: Link): void {
    this.#link = link
  }

  async send<T>(method: string, params: unknown[]): Promise<T> {
    return (await this.#link.send(method, params)) as T
  }

  clone = (): LibraryProvider => new LibraryProvider(this.#link)
  connect = async (): Promise<void> => undefined
  disconnect = async (): Promise<void> => undefined
  on = () => () => undefined
  subscribe = () => Promise.reject(new Error('no subscriptions here'))
  unsubscribe = async (): Promise<boolean> => true
}

const rejected = (fault: LinkFault): never => {
  throw fault
}

/** Errors of a provider are those of JSON-RPC when they carry a code. */
async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    const { code, message, data } = error as { code?: unknown; message?: unknown; data?: unknown }
    if (typeof code === 'number') throw new RpcFault(code, String(message), data)
    throw new LinkFault(String(message))
  }
}
