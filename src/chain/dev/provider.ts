/**
 * A dev chain in this process as a provider for `ApiPromise`: function calls instead of a socket. It behaves as `WsProvider` does
 * where mischief cuts it off: what waits is rejected, it connects again, and its subscriptions come back, those to
 * extrinsics excepted.
 */
import { EventEmitter } from 'node:events'
import type { ApiOptions } from '@polkadot/api/types'
import type { Endpoint } from './rpc/endpoint.ts'
import type { Session } from './rpc/session.ts'
import { NodeError } from './substrate-node.ts'

type Provider = NonNullable<ApiOptions['provider']>
type Callback = Parameters<Provider['subscribe']>[3]
type Event = Parameters<Provider['on']>[0]

interface Subscribed {
  readonly type: string
  readonly method: string
  readonly params: unknown[]
  readonly callback: Callback
}

export class InProcessProvider implements Provider {
  readonly hasSubscriptions = true
  readonly isClonable = true
  readonly #endpoint: Endpoint
  readonly #events = new EventEmitter()
  readonly #subscribed = new Map<string, Subscribed>()
  readonly #waiting = new Set<(error: Error) => void>()
  #session: Session | undefined
  #wanted = true

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint
    // Whoever constructs it listens first.
    queueMicrotask(() => this.#open())
  }

  get isConnected(): boolean {
    return this.#session !== undefined
  }

  clone(): InProcessProvider {
    return new InProcessProvider(this.#endpoint)
  }

  async connect(): Promise<void> {
    this.#wanted = true
    this.#open()
  }

  async disconnect(): Promise<void> {
    this.#wanted = false
    const session = this.#session
    if (session === undefined) return
    this.#endpoint.close(session)
    this.#lost(session)
  }

  on(type: Event, listener: (value?: unknown) => unknown): () => void {
    this.#events.on(type, listener)
    return () => this.#events.off(type, listener)
  }

  async send<T>(method: string, params: unknown[]): Promise<T> {
    const { result, delivered } = await this.#ask(method, params)
    delivered()
    return result as T
  }

  async subscribe(type: string, method: string, params: unknown[], callback: Callback): Promise<string> {
    const { result, delivered } = await this.#ask(method, params)
    const id = String(result)
    this.#subscribed.set(id, { type, method, params, callback })
    // The caller learns the id before the first value.
    setImmediate(delivered)
    return id
  }

  async unsubscribe(_type: string, method: string, id: number | string): Promise<boolean> {
    if (!this.#subscribed.delete(String(id))) return false
    return this.isConnected ? this.send<boolean>(method, [id]) : true
  }

  async #ask(method: string, params: unknown[]) {
    const session = this.#session
    if (session === undefined) throw new Error('the dev chain is not connected')
    const cut = Promise.withResolvers<never>()
    this.#waiting.add(cut.reject)
    try {
      return await Promise.race([session.ask(method, params), cut.promise])
    } catch (error) {
      throw error instanceof NodeError ? new AnsweredError(error) : error
    } finally {
      this.#waiting.delete(cut.reject)
    }
  }

  #open(): void {
    if (!this.#wanted || this.#session !== undefined || this.#endpoint.isShut) return
    const session = this.#endpoint.open({
      // Never while the node is in the middle of something: what hears it may ask again.
      notify: (_method, id, result) => queueMicrotask(() => this.#subscribed.get(id)?.callback(null, result)),
      disconnect: () => this.#lost(session),
    })
    this.#session = session
    this.#subscribeAgain()
    this.#events.emit('connected')
  }

  #lost(session: Session): void {
    if (this.#session !== session) return
    this.#session = undefined
    const error = new Error('disconnected from the dev chain')
    for (const reject of this.#waiting) reject(error)
    this.#waiting.clear()
    this.#events.emit('disconnected')
    setImmediate(() => this.#open())
  }

  #subscribeAgain(): void {
    const before = [...this.#subscribed.values()].filter(({ type }) => !type.startsWith('author_'))
    this.#subscribed.clear()
    for (const { type, method, params, callback } of before) {
      this.subscribe(type, method, params, callback).catch((error) => {
        if (this.#events.listenerCount('error') > 0) this.#events.emit('error', error)
      })
    }
  }
}

/** As `WsProvider` words it. */
class AnsweredError extends Error {
  override readonly name = 'RpcError'
  readonly code: number
  readonly data: string | undefined

  constructor({ code, message, data }: NodeError) {
    super(`${code}: ${message}${data === undefined ? '' : `: ${data}`}`)
    this.code = code
    this.data = data
  }
}
