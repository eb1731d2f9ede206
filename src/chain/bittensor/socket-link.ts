/**
 * A link over a WebSocket. Whatever the node sends, nothing is thrown where nobody could catch it: nonsense ends the link.
 */
import { type RawData, WebSocket } from 'ws'
import { type Link, LinkFault, type PubSub, within } from './link.ts'
import { readMessage, subscriptionIn } from './message.ts'

/** Metadata of a runtime are 1 MB as hex; the largest answer that we ask for is all reveals of 512 hotkeys, 11 MB. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024
/** A node sends a few at most before it names the subscription. */
const MAX_EARLY = 100

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (fault: Error) => void
  readonly listener?: (result: unknown) => void
}

/**
 * @param endpoint the URL as messages show it
 * @throws LinkFault when the node does not take the connection in time
 */
export async function openSocket(url: string, endpoint: string, timeoutMs: number): Promise<Link> {
  const socket = new WebSocket(url, { maxPayload: MAX_MESSAGE_BYTES, handshakeTimeout: timeoutMs })
  const link = new SocketLink(endpoint, socket)
  const opened = new Promise<Link>((resolve, reject) => {
    socket.once('open', () => resolve(link))
    link.lost.then(reject)
  })
  try {
    return await within(timeoutMs, endpoint, opened)
  } catch (fault) {
    link.close()
    throw fault
  }
}

class SocketLink implements Link {
  readonly endpoint: string
  readonly lost: Promise<LinkFault>
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, Waiting>()
  readonly #listeners = new Map<string, (result: unknown) => void>()
  /** Notifications that came before the answer that names their subscription. */
  #early: { readonly subscription: string; readonly result: unknown }[] = []
  #lastId = 0
  #end: (fault: LinkFault) => void = () => {}
  #fault: LinkFault | undefined

  constructor(endpoint: string, socket: WebSocket) {
    this.endpoint = endpoint
    this.#socket = socket
    this.lost = new Promise((resolve) => {
      this.#end = resolve
    })
    socket.on('message', (data) => this.#receive(data))
    socket.on('error', (error) => this.#fail(error.message))
    socket.on('close', (code) => this.#fail(`the node closed the connection (${code})`))
  }

  send(method: string, params: readonly unknown[]): Promise<unknown> {
    return this.#request(method, params)
  }

  async subscribe(
    { subscribe, unsubscribe }: PubSub,
    params: readonly unknown[],
    listener: (result: unknown) => void,
  ): Promise<() => void> {
    const id = await this.#request(subscribe, params, listener)
    return () => {
      if (this.#listeners.delete(String(id))) this.#request(unsubscribe, [id]).catch(() => undefined)
    }
  }

  close(): void {
    this.#fail('the connection is closed')
  }

  #request(method: string, params: readonly unknown[], listener?: Waiting['listener']): Promise<unknown> {
    if (this.#fault !== undefined) return Promise.reject(this.#fault)
    const id = ++this.#lastId
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, ...(listener && { listener }) })
    })
    this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }), () => undefined)
    return answer
  }

  #receive(data: RawData): void {
    const message = readMessage(data as Buffer)
    if (message === undefined) this.#fail('the node sent what is not JSON-RPC, or nothing that it was asked for')
    else if (message.kind === 'answer') this.#answer(message.id, message.result)
    else if (message.kind === 'notification') this.#hear(message.subscription, message.result)
    else if (message.kind === 'refusal') {
      this.#waiting.get(message.id)?.reject(message.fault)
      this.#settled(message.id)
    }
  }

  #answer(id: number, result: unknown): void {
    const waiting = this.#waiting.get(id)
    if (waiting?.listener !== undefined && !this.#begins(result, waiting.listener)) {
      this.#fail('the node gave no name of a subscription')
    }
    waiting?.resolve(result)
    this.#settled(id)
  }

  #begins(answer: unknown, listener: NonNullable<Waiting['listener']>): boolean {
    const name = subscriptionIn(answer)
    if (name === undefined) return false
    this.#listeners.set(name, listener)
    for (const each of this.#early) if (each.subscription === name) listener(each.result)
    return true
  }

  #hear(subscription: string, result: unknown): void {
    const listener = this.#listeners.get(subscription)
    if (listener !== undefined) listener(result)
    else if ([...this.#waiting.values()].some((each) => each.listener !== undefined)) {
      if (this.#early.push({ subscription, result }) > MAX_EARLY) this.#fail('the node sends what nobody asked for')
    }
  }

  #settled(id: number): void {
    this.#waiting.delete(id)
    if (this.#waiting.size === 0) this.#early = []
  }

  #fail(reason: string): void {
    if (this.#fault !== undefined) return
    this.#fault = new LinkFault(`${this.endpoint}: ${reason}`)
    for (const { reject } of this.#waiting.values()) reject(this.#fault)
    this.#waiting.clear()
    this.#listeners.clear()
    this.#early = []
    // Not `close`: a node that hangs would never answer it, and the process could not end.
    this.#socket.terminate()
    this.#end(this.#fault)
  }
}
