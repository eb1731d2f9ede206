// Verda's container deployments. It has no labels, no lifetime, and no way to close egress.
import { z } from 'zod'
import type { Clock } from '../../engine/clock.ts'
import type { PodCost, PodProvider, PodRequest, PodState, PodView } from '../pod-provider.ts'
import { costSince, dateOf, understood } from './answers.ts'
import { CloudApi } from './cloud-api.ts'
import { VerdaToken } from './verda-token.ts'

export const VERDA_URL = 'https://api.verda.com/v1'
const GPU = 'H200'
const CONCURRENCY = 5

const deploymentSchema = z.object({
  name: z.string(),
  endpoint_base_url: z.string().nullish(),
  created_at: z.string().nullish(),
})
const deployments = z.array(deploymentSchema)
const listSchema = z.union([
  deployments,
  z.object({ deployments }).transform((answer) => answer.deployments),
  z.object({ items: deployments }).transform((answer) => answer.items),
])
const createdSchema = z.looseObject({})
const statusSchema = z.object({ status: z.string() })
type Deployment = z.infer<typeof deploymentSchema>

/** `unhealthy` runs and does not answer: whether that is the image's fault, only patience tells. */
const states: Readonly<Record<string, PodState>> = {
  ...{ initializing: 'starting', image_pulling: 'starting' },
  ...{ healthy: 'running', degraded: 'running', unhealthy: 'running', version_updating: 'running' },
  ...{ quota_reached: 'ended', paused: 'ended', terminating: 'ended' },
}

export interface VerdaOptions {
  readonly clientId: string
  readonly clientSecret: string
  /** That deployments want to see from whoever calls them. */
  readonly generationToken: string
  readonly clock: Clock
  readonly url?: string
  /** The list of deployments has no prices. */
  readonly usdPerHour?: number | undefined
}

export class Verda implements PodProvider {
  readonly id = 'verda'
  readonly #api: CloudApi
  readonly #options: VerdaOptions

  constructor(options: VerdaOptions) {
    const { clientId, clientSecret, generationToken, clock, url: base = VERDA_URL } = options
    this.#options = options
    const credentials = new VerdaToken({ base, clientId, clientSecret, clock, alsoSecret: [generationToken] })
    this.#api = new CloudApi({ provider: this.id, base, clock, credentials })
  }

  async deploy(request: PodRequest, signal: AbortSignal): Promise<{ name: string }> {
    const body = deploymentOf(request)
    const path = '/container-deployments'
    const answer = await this.#api.json({ method: 'POST', path, body, signal, repeatable: false })
    understood(this.id, createdSchema, answer)
    return { name: request.name }
  }

  async find(name: string, signal: AbortSignal): Promise<PodView | undefined> {
    const found = (await this.#deployments(signal)).find((each) => each.name === name)
    if (found === undefined) return undefined
    const path = `${pathOf(name)}/status`
    const answer = await this.#api.json({ method: 'GET', path, signal, repeatable: true })
    // Gone between the two questions.
    return answer === undefined ? undefined : this.#viewOf(found, understood(this.id, statusSchema, answer).status)
  }

  /** What is listed exists; its state takes a question each. */
  async list(signal: AbortSignal): Promise<readonly PodView[]> {
    return (await this.#deployments(signal)).map((each) => this.#viewOf(each, 'healthy'))
  }

  /** Its API has no documented call for them. */
  async logs(): Promise<string> {
    return ''
  }

  async stop(name: string, signal: AbortSignal): Promise<void> {
    await this.#api.call({ method: 'DELETE', path: pathOf(name), signal, repeatable: true })
  }

  async cost(name: string, signal: AbortSignal): Promise<PodCost | undefined> {
    const found = (await this.#deployments(signal)).find((each) => each.name === name)
    const { clock, usdPerHour } = this.#options
    return found && costSince(dateOf(found.created_at) ?? clock.now(), clock.now(), usdPerHour)
  }

  async #deployments(signal: AbortSignal): Promise<Deployment[]> {
    const answer = await this.#api.json({ method: 'GET', path: '/container-deployments', signal, repeatable: true })
    return understood(this.id, listSchema, answer)
  }

  #viewOf({ name, endpoint_base_url, created_at }: Deployment, status: string): PodView {
    const createdAt = dateOf(created_at)
    const url = endpoint_base_url?.replace(/\/+$/, '')
    return {
      name,
      state: states[status] ?? 'starting',
      detail: status,
      // The token goes nowhere in the clear.
      ...(url && isPrivate(url) && { url, headers: { authorization: `Bearer ${this.#options.generationToken}` } }),
      ...(createdAt && { createdAt }),
    }
  }
}

const pathOf = (name: string) => `/container-deployments/${encodeURIComponent(name)}`

/** Encrypted, or on this machine. */
const isPrivate = (url: string) => /^(https:|http:\/\/(127\.0\.0\.1|localhost)[:/])/.test(url)

function deploymentOf({ name, image, port, env, args, resource }: PodRequest) {
  const never = { enabled: false, threshold: 80 }
  return {
    name,
    container_registry_settings: { is_private: false },
    containers: [
      {
        image,
        exposed_port: port,
        healthcheck: { enabled: true, port, path: '/health' },
        env: Object.entries(env).map(([key, value]) => ({
          ...{ name: key, value_or_reference_to_secret: value, type: 'plain' },
        })),
        ...(args === undefined ? {} : { entrypoint_overrides: { enabled: true, cmd: args } }),
      },
    ],
    compute: { name: resource ?? GPU, size: 1 },
    scaling: {
      min_replica_count: 1,
      max_replica_count: 1,
      scale_down_policy: { delay_seconds: 3600 },
      scale_up_policy: { delay_seconds: 600 },
      queue_message_ttl_seconds: 600,
      concurrent_requests_per_replica: CONCURRENCY,
      scaling_triggers: {
        ...{ queue_load: { threshold: CONCURRENCY }, cpu_utilization: never, gpu_utilization: never },
      },
    },
    is_spot: true,
  }
}
