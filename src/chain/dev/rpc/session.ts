/** One client of an endpoint: its calls, its subscriptions, and the mischief that it meets. */
import { type Prank, shiftNonce } from '../mischief.ts'
import { NodeError } from '../substrate-node.ts'
import { internalError, methodNotFound, serverBusy, tooManySubscriptions } from './errors.ts'
import { LIMITS } from './limits.ts'
import type { Feed, Method } from './method.ts'
import { Params } from './params.ts'
import { Subscription } from './subscription.ts'

/** The other end, however it is connected. */
export interface Client {
  /** @param method which the notification names; a client without it cannot subscribe */
  readonly notify?: (method: string, subscription: string, result: unknown) => void
  readonly disconnect: () => void
}

export interface Answer {
  readonly result: unknown
  /** To be called when the answer is on its way: notifications of a new subscription come after it. */
  readonly delivered: () => void
}

/** What a session needs of its endpoint. */
export interface Desk {
  methodOf(name: string): Method | undefined
  /** By the name of its subscribing method, or of one that ends it. */
  feedOf(name: string): Feed | undefined
  nextId(): string
  /** What this call meets. */
  meet(names: readonly string[]): Prank | undefined
  /** Makes the blocks that are due. */
  catchUp(): void
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** An error that no method should throw. */
  onFailure(error: unknown): void
}

export class Session {
  readonly #desk: Desk
  readonly #client: Client
  readonly #subscriptions = new Map<string, Subscription>()
  readonly #closed = new AbortController()
  #waiting = 0

  constructor(desk: Desk, client: Client) {
    this.#desk = desk
    this.#client = client
  }

  /** Never settles for calls that mischief leaves unanswered. @throws NodeError */
  async ask(method: string, values: readonly unknown[]): Promise<Answer> {
    if (this.#waiting >= LIMITS.waitingPerClient) throw serverBusy()
    this.#waiting++
    try {
      return await this.#meet(method, new Params(values))
    } finally {
      this.#waiting--
    }
  }

  /** Its subscriptions end, and what it waits for is not answered. */
  close(): void {
    this.#closed.abort()
    this.dropSubscriptions()
  }

  /** @returns how many */
  dropSubscriptions(notification?: string): number {
    const dropped = [...this.#subscriptions].filter(
      ([, { feed }]) => notification === undefined || feed.notification === notification,
    )
    for (const [id, subscription] of dropped) {
      subscription.end()
      this.#subscriptions.delete(id)
    }
    return dropped.length
  }

  disconnect(): void {
    this.close()
    this.#client.disconnect()
  }

  async #meet(method: string, params: Params): Promise<Answer> {
    const prank = this.#desk.meet(this.#namesOf(method, params))
    if (prank === undefined) return this.#answer(method, params)
    switch (prank.kind) {
      case 'slow':
        await this.#desk.sleep(prank.ms, this.#closed.signal).catch(() => unanswered())
        return this.#answer(method, params)
      case 'silent':
        return unanswered()
      case 'error':
        throw new NodeError(prank.code, prank.message, prank.data)
      case 'disconnect':
        if (prank.when === 'after') this.#answer(method, params)
        this.disconnect()
        return unanswered()
      case 'nonce': {
        const answer = this.#answer(method, params)
        return { ...answer, result: shiftNonce(answer.result, prank.by) }
      }
    }
  }

  #namesOf(method: string, params: Params): readonly string[] {
    const names = this.#desk.methodOf(method)?.names ?? this.#desk.feedOf(method)?.names ?? [method]
    return names[0] === 'state_call' ? [...names, String(params.raw(0))] : names
  }

  #answer(name: string, params: Params): Answer {
    try {
      this.#desk.catchUp()
      const method = this.#desk.methodOf(name)
      if (method !== undefined) return { result: method.run(params, this) ?? null, delivered: () => undefined }
      const feed = this.#desk.feedOf(name)
      if (feed === undefined) throw methodNotFound()
      if (feed.enders.includes(name)) return { result: this.#end(params.raw(0)), delivered: () => undefined }
      return this.#begin(feed, params)
    } catch (error) {
      if (error instanceof NodeError) throw error
      this.#desk.onFailure(error)
      throw internalError()
    }
  }

  #begin(feed: Feed, params: Params): Answer {
    const { notify } = this.#client
    if (notify === undefined) throw methodNotFound('subscriptions need a WebSocket')
    if (this.#subscriptions.size >= LIMITS.subscriptionsPerClient) throw tooManySubscriptions()
    const id = this.#desk.nextId()
    const subscription = new Subscription(feed, (result) => notify(feed.notification, id, result))
    subscription.begin(params, () => this.#subscriptions.delete(id))
    this.#subscriptions.set(id, subscription)
    return { result: id, delivered: () => subscription.release() }
  }

  /** @returns whether there was one */
  #end(id: unknown): boolean {
    const subscription = this.#subscriptions.get(String(id))
    subscription?.end()
    return this.#subscriptions.delete(String(id))
  }
}

const unanswered = () => new Promise<never>(() => undefined)
