// An image that somebody runs already, behind an address: it is asked, and neither started nor stopped.
import type { Clock } from '../engine/clock.ts'
import { MinerHttp, type MinerHttpLimits } from './miner-http.ts'
import type { Generation, PodStart, Pods } from './pods.ts'

export interface EndpointPodsOptions {
  /** Without `/generate`. */
  readonly url: string
  readonly clock: Clock
  readonly limits: MinerHttpLimits
}

/** Whoever cannot be reached here is no proof against an image: `infrastructure`. */
export class EndpointPods implements Pods, AsyncDisposable {
  readonly id = 'endpoint'
  readonly #options: EndpointPodsOptions
  /** One for all who ask: the machine behind it is one, and gets one request at a time. */
  readonly #http: MinerHttp

  constructor(options: EndpointPodsOptions) {
    const { url, clock, limits } = options
    this.#options = options
    this.#http = new MinerHttp(url.replace(/\/+$/, ''), clock, limits)
  }

  /** @throws `aborted` */
  async start(_image: string, name: string, signal: AbortSignal): Promise<PodStart> {
    const { url, limits } = this.#options
    if (!(await this.#http.becomesHealthy(signal))) {
      const detail = `${url}/health did not answer 200 within ${limits.startMs / 1000} s`
      return { ok: false, fault: 'infrastructure', detail }
    }
    const generate = (prompt: { image: Uint8Array }, seed: number, stop: AbortSignal): Promise<Generation> =>
      this.#http.generate(prompt.image, seed, stop)
    const stop = async () => undefined
    return { ok: true, pod: { id: name, provider: this.id, endpoint: { url, headers: {} }, generate, stop } }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#http.close()
  }
}
