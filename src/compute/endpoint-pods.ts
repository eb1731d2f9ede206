// An image that somebody runs already, behind an address: it is asked, and neither started nor stopped.
import type { Clock } from '../engine/clock.ts'
import { MinerHttp, type MinerHttpLimits } from './miner-http.ts'
import type { Batch, Contract, Generation, PodOwner, PodStart, Pods } from './pods.ts'

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
  async start(
    _image: string,
    _name: string,
    signal: AbortSignal,
    _owner?: PodOwner,
    contract: Contract = 'single',
  ): Promise<PodStart> {
    const { url, limits } = this.#options
    if (!(await this.#http.becomesReady(contract, signal))) {
      const what =
        contract === 'single' ? '/health did not answer 200' : '/health and /status did not say that it is ready'
      return { ok: false, fault: 'infrastructure', detail: `${url}${what} within ${limits.startMs / 1000} s` }
    }
    const generate = (prompt: { image: Uint8Array }, seed: number, stop: AbortSignal): Promise<Generation> =>
      this.#http.generate(prompt.image, seed, stop)
    const generateBatch = (batch: Batch, stop: AbortSignal) => this.#http.generateBatch(batch, stop)
    // However often it is started: what it made before, it may still have.
    const pod = { id: this.id, provider: this.id, endpoint: { url, headers: {} }, generate, generateBatch }
    return { ok: true, pod: { ...pod, stop: async () => undefined } }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#http.close()
  }
}
