import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../../../src/engine/clock.ts'

/** A pod of a cloud, on the cloud's clock. */
export interface CloudPodState {
  readonly id: string
  readonly name: string
  readonly image: string
  readonly createdAt: Date
  /** What it was ordered with. */
  readonly order: Record<string, unknown>
  /** The provider took it away: listed as such for a while, and nobody is behind its gateway. */
  taken: boolean
}

export interface Fault {
  /** Of `METHOD /path`; the paths of pods begin with `/at/`. */
  readonly on: RegExp
  /** `hang`: no answer, ever; `cut`: the connection breaks. */
  readonly answer: 'hang' | 'cut' | { status: number; body?: string; headers?: Record<string, string> }
  times: number
}

export interface Asked {
  readonly method: string
  readonly path: string
  readonly authorisation: string
  readonly body: string
}

export type Reply = { readonly status: number; readonly json?: unknown; readonly text?: string }

/** How one provider speaks: what it answers to whom, about the pods of the cloud. */
export interface Dialect {
  answer(cloud: Cloud, asked: Asked): Reply
  /** What a request to a pod needs; nothing where absent. */
  readonly podToken?: string
}

/**
 * A GPU cloud on the loopback: the provider's API and, below `/at/<id>`, what its pods answer. Images are called by what
 * they do: `honest…`, `never-healthy…`, `failing…`, `busy…` (its own 503s).
 */
export class Cloud implements AsyncDisposable {
  readonly pods = new Map<string, CloudPodState>()
  readonly faults: Fault[] = []
  readonly asked: Asked[] = []
  readonly clock: Clock
  visibleAfterMs = 0
  runningAfterMs = 0
  healthyAfterMs = 0
  capacity = Number.POSITIVE_INFINITY
  #count = 0
  readonly #dialect: Dialect
  readonly #server: Server

  private constructor(dialect: Dialect, clock: Clock) {
    this.#dialect = dialect
    this.clock = clock
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  static async open(dialect: Dialect, clock: Clock): Promise<Cloud> {
    const cloud = new Cloud(dialect, clock)
    cloud.#server.listen(0, '127.0.0.1')
    await once(cloud.#server, 'listening')
    return cloud
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  addressOf = (id: string) => `${this.url}/at/${id}`

  get names(): string[] {
    return [...this.pods.values()].map(({ name }) => name)
  }

  fails(on: RegExp, answer: Fault['answer'] | number, times = Number.POSITIVE_INFINITY): void {
    this.faults.push({ on, answer: typeof answer === 'number' ? { status: answer } : answer, times })
  }

  /** Undefined where there is no room. */
  create(name: string, image: string, order: Record<string, unknown>): CloudPodState | undefined {
    if (this.pods.size >= this.capacity) return undefined
    const pod = { id: `pod${++this.#count}`, name, image, createdAt: this.clock.now(), order, taken: false }
    this.pods.set(pod.id, pod)
    return pod
  }

  /** Those that its lists show by now. */
  get listed(): CloudPodState[] {
    return [...this.pods.values()].filter((pod) => this.#ageOf(pod) >= this.visibleAfterMs)
  }

  runs = (pod: CloudPodState) => !pod.taken && this.#ageOf(pod) >= this.runningAfterMs

  takeAway(): void {
    for (const pod of this.pods.values()) pod.taken = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #ageOf = ({ createdAt }: CloudPodState) => this.clock.now().getTime() - createdAt.getTime()

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '' } = request
    const body = Buffer.concat(await request.toArray().catch(() => [])).toString('latin1')
    const asked = { method, path, authorisation: request.headers.authorization ?? '', body }
    this.asked.push(asked)
    const fault = this.faults.find(({ on, times }) => times > 0 && on.test(`${method} ${path}`))
    if (fault !== undefined) {
      fault.times--
      if (fault.answer === 'hang') return
      if (fault.answer === 'cut') return void request.socket.destroy()
      const { status, body = '', headers = {} } = fault.answer
      return void response.writeHead(status, headers).end(body)
    }
    const { status, json, text } = path.startsWith('/at/') ? this.#pod(asked) : this.#dialect.answer(this, asked)
    response.writeHead(status).end(json === undefined ? text : JSON.stringify(json))
  }

  #pod({ method, path, authorisation, body }: Asked): Reply {
    const [, , id = '', what] = path.split('/')
    const pod = this.pods.get(id)
    if (pod === undefined) return { status: 404, text: 'no such pod' }
    const { podToken } = this.#dialect
    if (podToken !== undefined && authorisation !== `Bearer ${podToken}`) return { status: 401, text: 'who are you?' }
    if (!this.runs(pod)) return { status: 502, text: 'bad gateway' }
    const healthy = this.#ageOf(pod) >= this.healthyAfterMs && !pod.image.startsWith('never-healthy')
    if (method === 'GET' && what === 'health') return { status: healthy ? 200 : 503 }
    if (method !== 'POST' || what !== 'generate' || !healthy) return { status: 503, text: 'not ready' }
    if (pod.image.startsWith('failing')) return { status: 500, text: 'out of memory' }
    if (pod.image.startsWith('busy')) return { status: 503, text: 'try again later' }
    return { status: 200, text: `model of ${body.length} bytes` }
  }
}
