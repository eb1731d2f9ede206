// Images on whatever provider has room: in order, in turn, until one is healthy or the patience is over.
import type { Clock } from '../engine/clock.ts'
import { isError, RoundkeeperError } from '../errors.ts'
import { CloudPod, isTokenRefused } from './cloud-pod.ts'
import { MinerHttp, type MinerHttpLimits } from './miner-http.ts'
import { parsePodName, podName } from './pod-name.ts'
import type { PodProvider, PodRequest, PodView } from './pod-provider.ts'
import type { PodRuns } from './pod-run.ts'
import type { Contract, PodOwner, PodStart, Pods, Reaped } from './pods.ts'
import { printable } from './printable.ts'
import { reap } from './reap.ts'

export interface CloudPodsLimits extends MinerHttpLimits {
  /** After which a pod is used no more and stopped by whoever comes by. */
  readonly lifetimeMs: number
  /** For finding somebody to run an image, all providers together. */
  readonly acquireMs: number
  /** From the order until the provider says where it listens. */
  readonly visibleMs: number
  /** Between two looks at a pod that is not healthy yet. */
  readonly pollEveryMs: number
  /** Between two rounds through all providers. */
  readonly retryEveryMs: number
}

const MINUTE = 60_000
export const cloudLimits: CloudPodsLimits = {
  maxBytes: 200 * 2 ** 20,
  generateMs: 6 * MINUTE,
  healthMs: 30_000,
  startMs: 60 * MINUTE,
  healthEveryMs: 30_000,
  lifetimeMs: 360 * MINUTE,
  acquireMs: 120 * MINUTE,
  visibleMs: 30 * MINUTE,
  pollEveryMs: 30_000,
  retryEveryMs: 2 * MINUTE,
}

export interface CloudPodsOptions {
  /** In order of preference. */
  readonly providers: readonly PodProvider[]
  readonly clock: Clock
  readonly runs: PodRuns
  readonly limits?: Partial<CloudPodsLimits>
  /** Of the miner contract. */
  readonly port?: number
  /** The machine, by provider, in its own words. */
  readonly resources?: Readonly<Record<string, string>>
}

const PORT = 10_006
/** How often a provider may not know of a pod that it has shown before: their lists lag behind. */
const MAX_MISSES = 2
const MAX_LOG_TEXT = 1000
const NOBODY: PodOwner = { competition: '', round: 0 }

type Attempt =
  | { readonly kind: 'healthy'; readonly view: PodView & { readonly url: string } }
  /** It ran and never became healthy: the image's fault, if it does so elsewhere too. */
  | { readonly kind: 'unhealthy'; readonly detail: string }
  /** `hopeless`: asking again would bring nothing else. */
  | { readonly kind: 'infrastructure'; readonly detail: string; readonly hopeless?: boolean }

export class CloudPods implements Pods {
  readonly id: string
  readonly providers: readonly PodProvider[]
  readonly #options: CloudPodsOptions
  readonly #limits: CloudPodsLimits
  readonly #inUse = new Set<string>()
  #lastAt = 0

  constructor(options: CloudPodsOptions) {
    this.#options = options
    this.providers = options.providers
    this.#limits = { ...cloudLimits, ...options.limits }
    this.id = options.providers.map(({ id }) => id).join(',')
  }

  /** @throws `aborted`: then no pod is left, or the next `reap` stops it */
  async start(
    image: string,
    name: string,
    signal: AbortSignal,
    owner: PodOwner = NOBODY,
    contract: Contract = 'single',
  ): Promise<PodStart> {
    const { clock } = this.#options
    const { acquireMs, retryEveryMs } = this.#limits
    const until = clock.now().getTime() + acquireMs
    const index = Number(/-(\d{1,6})$/.exec(name)?.[1] ?? 0)
    const order = this.providers.map((_, turn) => this.providers[(index + turn) % this.providers.length] as PodProvider)
    const hopeless = new Set<PodProvider>()
    const blaming: { readonly provider: PodProvider; readonly detail: string }[] = []
    const said = new Map<string, string>()
    for (;;) {
      const usable = order.filter((provider) => !hopeless.has(provider))
      const others = usable.filter((provider) => blaming.every((each) => each.provider !== provider))
      // Where there is only one, it has to show twice that the image never becomes healthy.
      for (const provider of others.length > 0 ? others : usable) {
        if (signal.aborted) throw aborted(signal)
        const request = this.#requestOf(provider, image, name, owner)
        const attempt = await this.#try(provider, request, contract, signal)
        if (attempt.kind === 'healthy') return { ok: true, pod: this.#podOf(provider, attempt.view) }
        said.set(provider.id, attempt.detail)
        if (attempt.kind === 'unhealthy') {
          blaming.push({ provider, detail: attempt.detail })
          if (blaming.length > 1) return { ok: false, fault: 'image', detail: describe(said) }
        } else if (attempt.hopeless) hopeless.add(provider)
      }
      const left = order.some((provider) => !hopeless.has(provider))
      if (!left || clock.now().getTime() + retryEveryMs >= until) {
        return { ok: false, fault: 'infrastructure', detail: describe(said) || 'there is no provider' }
      }
      await clock.sleep(retryEveryMs, signal)
    }
  }

  /** @throws `aborted` */
  reap(owner: PodOwner, signal: AbortSignal, all = false): Promise<Reaped> {
    const { clock, runs } = this.#options
    const { lifetimeMs } = this.#limits
    const options = { owner, now: clock.now(), lifetimeMs, runs, inUse: this.#inUse, all }
    return reap(this.providers, options, signal)
  }

  #requestOf(provider: PodProvider, image: string, subject: string, owner: PodOwner): PodRequest {
    const { clock, runs, port = PORT, resources = {} } = this.#options
    const resource = resources[provider.id]
    // Never two of one name: one that cannot be stopped now must not be taken for its successor.
    this.#lastAt = Math.max(clock.now().getTime(), this.#lastAt + 1)
    const name = podName(owner, subject, runs.current, new Date(this.#lastAt))
    const labels = { competition: owner.competition, round: String(owner.round), run: runs.current }
    const { lifetimeMs } = this.#limits
    return { name, image, labels, port, lifetimeMs, env: {}, ...(resource === undefined ? {} : { resource }) }
  }

  async #try(provider: PodProvider, request: PodRequest, contract: Contract, signal: AbortSignal): Promise<Attempt> {
    const { name } = request
    if (contract === 'batch' && provider.isClosed)
      return { ...NO_WAY_OUT, detail: `${provider.id}: ${NO_WAY_OUT.detail}` }
    this.#inUse.add(name)
    let attempt: Attempt
    try {
      await provider.deploy(request, signal)
      attempt = await this.#becomesHealthy(provider, name, contract, signal)
      if (attempt.kind === 'healthy') return attempt
    } catch (error) {
      if (signal.aborted) {
        await this.#stop(provider, name).catch(() => undefined)
        throw aborted(signal)
      }
      const hopeless = isError(error) && !error.retryable
      attempt = { kind: 'infrastructure', detail: (error as Error).message, hopeless }
    }
    if (attempt.kind === 'unhealthy') attempt = await withLogs(provider, name, attempt, signal)
    // A pod that cannot be stopped now is nobody's from here on, and goes with the next reaping.
    await this.#stop(provider, name).catch(() => undefined)
    return attempt
  }

  async #becomesHealthy(
    provider: PodProvider,
    name: string,
    contract: Contract,
    signal: AbortSignal,
  ): Promise<Attempt> {
    const { clock } = this.#options
    const { visibleMs, startMs, pollEveryMs } = this.#limits
    let until = clock.now().getTime() + visibleMs
    let found: PodView | undefined
    let http: MinerHttp | undefined
    let misses = 0
    let trouble: string | undefined
    let isRefused = false
    try {
      for (;;) {
        try {
          const view = await provider.find(name, signal)
          trouble = undefined
          if (view === undefined && found !== undefined && ++misses >= MAX_MISSES) return lost('the pod is gone')
          if (view !== undefined) misses = 0
          found = view ?? found
        } catch (error) {
          if (signal.aborted) throw error
          trouble = (error as Error).message
        }
        if (found?.state === 'ended') return lost(`the pod was taken away: ${found.detail ?? 'nobody says why'}`)
        if (found?.state === 'failed') return { kind: 'unhealthy', detail: `it ended: ${found.detail ?? ''}` }
        if (found?.url !== undefined) {
          if (http === undefined) {
            http = new MinerHttp(found.url, clock, this.#limits, found.headers)
            until = clock.now().getTime() + startMs
          }
          const status = await http.health(signal)
          const readiness = status === 200 ? await http.readiness(contract, signal) : 'waiting'
          if (readiness === 'ready') return { kind: 'healthy', view: { ...found, url: found.url } }
          if (readiness === 'replace')
            return { kind: 'unhealthy', detail: 'its /status says "replace" before it is ready' }
          isRefused = isTokenRefused(status, found)
        }
        if (clock.now().getTime() >= until) break
        await clock.sleep(pollEveryMs, signal)
      }
    } finally {
      await http?.close()
    }
    if (trouble !== undefined) return lost(trouble)
    if (isRefused) return lost('its gateway refuses our token')
    if (http === undefined) return lost(`it did not say within ${visibleMs / MINUTE} min where the pod is`)
    if (found?.state !== 'running') return lost(`the pod did not run within ${startMs / MINUTE} min`)
    const what =
      contract === 'single' ? 'answer GET /health with 200' : 'answer GET /health with 200 and say that it is ready'
    return { kind: 'unhealthy', detail: `it did not ${what} within ${startMs / MINUTE} min` }
  }

  #podOf(provider: PodProvider, view: PodView & { readonly url: string }): CloudPod {
    const { clock } = this.#options
    const ordered = parsePodName(view.name)?.at ?? clock.now()
    return new CloudPod({
      ...{ provider, view, clock, limits: this.#limits },
      until: new Date(ordered.getTime() + this.#limits.lifetimeMs),
      stop: () => this.#stop(provider, view.name),
    })
  }

  /** Also when the run was told to stop: what was ordered has to go. */
  async #stop(provider: PodProvider, name: string): Promise<void> {
    try {
      await provider.stop(name, new AbortController().signal)
    } finally {
      this.#inUse.delete(name)
    }
  }
}

/** Images that are asked for many models fetch the pictures themselves. */
const NO_WAY_OUT: Attempt & { readonly kind: 'infrastructure' } = {
  ...{ kind: 'infrastructure', hopeless: true },
  detail: 'its containers reach nobody, and this competition hands out addresses of pictures: set "egress": "open"',
}

const lost = (detail: string): Attempt => ({ kind: 'infrastructure', detail })

async function withLogs(
  provider: PodProvider,
  name: string,
  attempt: Attempt & { kind: 'unhealthy' },
  signal: AbortSignal,
): Promise<Attempt> {
  const text = await provider.logs(name, signal).catch(() => '')
  const end = printable(text.slice(-MAX_LOG_TEXT), MAX_LOG_TEXT).trim()
  return end === '' ? attempt : { ...attempt, detail: `${attempt.detail}\n${end}` }
}

const describe = (said: ReadonlyMap<string, string>) =>
  [...said]
    .map(([provider, detail]) => (detail.startsWith(`${provider}: `) ? detail : `${provider}: ${detail}`))
    .join('; ')

const aborted = (signal: AbortSignal) =>
  new RoundkeeperError('aborted', 'stopped while a pod was started', { cause: signal.reason })
