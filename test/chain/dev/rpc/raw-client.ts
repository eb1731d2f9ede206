import { once } from 'node:events'
import { WebSocket } from 'ws'

export interface Message {
  readonly id?: unknown
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
  readonly method?: string
  readonly params?: { readonly subscription: string; readonly result: unknown }
}

/** A WebSocket that keeps every message in the order in which it came. */
export class RawClient implements AsyncDisposable {
  readonly socket: WebSocket
  readonly messages: (Message | Message[])[] = []
  readonly closed: Promise<number>
  #lastId = 0

  private constructor(socket: WebSocket) {
    this.socket = socket.setMaxListeners(0)
    socket.on('message', (data) => this.messages.push(JSON.parse(data.toString())))
    socket.on('error', () => undefined)
    this.closed = new Promise((resolve) => socket.on('close', resolve))
  }

  static async connect(url: string, headers: Record<string, string> = {}): Promise<RawClient> {
    const client = new RawClient(new WebSocket(url, { headers }))
    await once(client.socket, 'open')
    return client
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  /** The whole answer. */
  async ask(method: string, ...params: unknown[]): Promise<Message> {
    const id = ++this.#lastId
    this.send({ jsonrpc: '2.0', id, method, params })
    return (await this.until((message) => !Array.isArray(message) && message.id === id)) as Message
  }

  async result(method: string, ...params: unknown[]): Promise<unknown> {
    const { result, error } = await this.ask(method, ...params)
    if (error !== undefined) throw new Error(`${error.code} ${error.message} ${error.data}`)
    return result
  }

  /** The first message that there is or comes. */
  async until(wanted: (message: Message | Message[]) => boolean): Promise<Message | Message[]> {
    for (;;) {
      const found = this.messages.find(wanted)
      if (found !== undefined) return found
      await Promise.race([once(this.socket, 'message'), this.closed.then(() => Promise.reject(new Error('closed')))])
    }
  }

  /** What a subscription was told, once there is so much of it. */
  async told(subscription: unknown, count: number): Promise<unknown[]> {
    const all = () =>
      this.messages
        .filter((each): each is Message => !Array.isArray(each) && each.params?.subscription === subscription)
        .map(({ params }) => params?.result)
    await this.until(() => all().length >= count)
    return all()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.close()
    await this.closed
  }
}
