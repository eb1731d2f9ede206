// One running copy of an image at a provider. Whose fault a failure is, the provider is asked before the image is blamed.
import type { Clock } from '../engine/clock.ts'
import { RoundkeeperError } from '../errors.ts'
import { MinerHttp, type MinerHttpLimits } from './miner-http.ts'
import type { PodProvider, PodView } from './pod-provider.ts'
import type { Batch, BatchGeneration, Generation, Pod } from './pods.ts'

export interface CloudPodOptions {
  readonly provider: PodProvider
  readonly view: PodView & { readonly url: string }
  readonly clock: Clock
  readonly limits: MinerHttpLimits
  /** From then on nothing is asked of it any more. */
  readonly until: Date
  stop(): Promise<void>
}

type Failure = Generation & { readonly ok: false }

interface Fault {
  readonly whose: Failure['fault']
  readonly why?: string
  readonly lost?: boolean
  readonly unclear?: boolean
}

const LOOKS = 3
const LOOK_EVERY_MS = 2_000

/** What gateways say when nobody, or not yet anybody, is behind them. */
const GATEWAY = new Set([404, 408, 425, 429, 430, 502, 503, 504, 520, 521, 522, 523, 524])
/** What only gateways say: that it took them too long, or was no HTTP. Images that answer in time get it, too. */
const ONLY_GATEWAYS = new Set([504, 520, 521, 522, 523, 524])
/** What is said to a token of ours that is not valid any more; images know of none. */
export const isTokenRefused = (status: number | undefined, { headers = {} }: Pick<PodView, 'headers'>): boolean =>
  (status === 401 || status === 403) && Object.keys(headers).length > 0

export class CloudPod implements Pod {
  readonly id: string
  readonly provider: string
  readonly endpoint: { readonly url: string; readonly headers: Readonly<Record<string, string>> }
  readonly #options: CloudPodOptions
  readonly #http: MinerHttp

  constructor(options: CloudPodOptions) {
    const { provider, view, clock, limits } = options
    this.id = view.name
    this.provider = provider.id
    this.endpoint = { url: view.url, headers: view.headers ?? {} }
    this.#options = options
    this.#http = new MinerHttp(view.url, clock, limits, view.headers)
  }

  /** @throws `aborted` */
  async generate(prompt: { image: Uint8Array }, seed: number, signal: AbortSignal): Promise<Generation> {
    if (await this.#isOver()) return this.#over
    const generation = await this.#http.generate(prompt.image, seed, signal)
    return generation.ok ? generation : this.#judged(generation, signal)
  }

  /** @throws `aborted`; `unavailable` when our own disk fails */
  async generateBatch(batch: Batch, signal: AbortSignal): Promise<BatchGeneration> {
    if (await this.#isOver()) return { ...this.#over, seconds: 0 }
    const generation = await this.#http.generateBatch(batch, signal)
    return generation.ok ? generation : this.#judged(generation, signal)
  }

  /** Where the provider does not do it now, the next `reap` does: that is no reason to lose what was generated. */
  async stop(): Promise<void> {
    await this.#http.close()
    await this.#options.stop().catch(() => undefined)
  }

  async #isOver(): Promise<boolean> {
    if (this.#options.clock.now() < this.#options.until) return false
    await this.stop()
    return true
  }

  get #over(): Failure {
    const detail = `the lifetime of pod ${this.id} is over`
    return { ok: false, fault: 'infrastructure', detail, unasked: true }
  }

  async #judged<T extends Failure>(failure: T, signal: AbortSignal): Promise<T> {
    const { whose, why, lost, unclear } = await this.#faultOf(failure, signal)
    return {
      ...failure,
      ...(lost && { lost: true }),
      ...(unclear && { unclear: true }),
      fault: whose,
      detail: why ? `${failure.detail} (${why})` : failure.detail,
    }
  }

  async #faultOf(failure: Failure, signal: AbortSignal): Promise<Fault> {
    const { provider, view: begun } = this.#options
    const { fault, status = 0 } = failure
    const suspect = fault === 'infrastructure' || GATEWAY.has(status)
    const gone = (why: string): Fault => ({ whose: 'infrastructure', why: `${provider.id}: ${why}` })
    if (isTokenRefused(status, begun)) return gone('its gateway refuses our token')
    let view: PodView | undefined
    try {
      view = await this.#afterwards(failure, signal)
    } catch {
      if (signal.aborted) throw new RoundkeeperError('aborted', 'stopped at work', { cause: signal.reason })
      return suspect ? gone('it does not say what became of the pod') : { whose: failure.fault }
    }
    if (view === undefined) return gone('the pod is gone')
    if (view.state === 'ended') return gone(`the pod was taken away: ${view.detail ?? 'nobody says why'}`)
    if (view.state === 'failed') return { whose: 'image', why: `the container ended: ${view.detail ?? ''}`, lost: true }
    if (!suspect) return { whose: fault }
    if (fault === 'infrastructure') return { whose: fault, unclear: true }
    if (ONLY_GATEWAYS.has(status)) return { ...gone('its gateway did not wait'), unclear: true }
    // The same words may come from the image itself: they do when it can be reached.
    if (view.state === 'running' && (await this.#http.isHealthy(signal))) return { whose: 'image' }
    return { ...gone('nobody is behind its gateway'), unclear: true }
  }

  /** A connection breaks before the provider knows why: it gets a moment. */
  async #afterwards({ fault }: Failure, signal: AbortSignal): Promise<PodView | undefined> {
    const { provider, clock } = this.#options
    for (let looks = 1; ; looks++) {
      const view = await provider.find(this.id, signal)
      const alive = view?.state === 'running' || view?.state === 'starting'
      if (!alive || fault !== 'infrastructure' || looks === LOOKS) return view
      await clock.sleep(LOOK_EVERY_MS, signal)
    }
  }
}
