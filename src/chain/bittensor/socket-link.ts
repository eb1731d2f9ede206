/**
 * A link over a WebSocket. Whatever the node sends, nothing is thrown where nobody could catch it: nonsense ends the link.
 */
import { type RawData, WebSocket } from 'ws'
import { type Link, LinkFault, type PubSub, RpcFault, within } from './link.ts'

/** Metadata of a runtime are 1 MB as hex; the largest answers that we ask for are below that. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (fault: Error) => void
  readonly listener?: (result: unknown) => void
}

interface Message {
  readonly id?: number
  readonly result?: unknown
  readonly error?: { readonly code?: unknown; readonly message?: unknown; readonly data?: unknown }
  readonly params?: { readonly subscription?: unknown; readonly result?: unknown }
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
  readonly #early = new Map<string, unknown[]>()
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
    let message: Message | null
    try {
      message = JSON.parse(String(data))
    } catch {
      message = null
    }
    if (typeof message !== 'object' || message === null) this.#fail('the node sent what is not JSON-RPC')
    else if (typeof message.id === 'number') this.#answer(message.id, message)
    else if (message.params !== undefined && message.params !== null) {
      const id = String(message.params.subscription)
      const listener = this.#listeners.get(id)
      if (listener !== undefined) listener(message.params.result)
      else if (this.#waiting.size > 0) this.#early.set(id, [...(this.#early.get(id) ?? []), message.params.result])
    }
  }

  #answer(id: number, { result, error }: Message): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (error !== undefined && error !== null) {
      waiting?.reject(new RpcFault(Number(error.code), String(error.message), error.data))
    } else {
      if (waiting?.listener !== undefined) {
        this.#listeners.set(String(result), waiting.listener)
        for (const each of this.#early.get(String(result)) ?? []) waiting.listener(each)
      }
      waiting?.resolve(result)
    }
    if (this.#waiting.size === 0) this.#early.clear()
  }

  #fail(reason: string): void {
    if (this.#fault !== undefined) return
    this.#fault = new LinkFault(`${this.endpoint}: ${reason}`)
    for (const { reject } of this.#waiting.values()) reject(this.#fault)
    this.#waiting.clear()
    this.#listeners.clear()
    // Not `close`: a node that hangs would never answer it, and the process could not end.
    this.#socket.terminate()
    this.#end(this.#fault)
  }
}
