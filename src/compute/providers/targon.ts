// Targon's serverless containers, API v1. It has no labels, no lifetime, and no way to close egress.
import { z } from 'zod'
import type { Clock } from '../../engine/clock.ts'
import type { PodCost, PodProvider, PodRequest, PodView } from '../pod-provider.ts'
import { costSince, dateOf, understood } from './answers.ts'
import { bearer, CloudApi } from './cloud-api.ts'

export const TARGON_URL = 'https://api.targon.com/v1'
/** One H200. */
const RESOURCE = 'h200-small'
/** More than one request at a time: questions about its health come beside the prompts. */
const CONCURRENCY = 5

const createdSchema = z.object({ serverless_uid: z.string().min(1) })
const resourceSchema = z.object({
  uid: z.string().min(1),
  name: z.string(),
  url: z.string().nullish(),
  created_at: z.string().nullish(),
  deleted: z.unknown().optional(),
})
const listSchema = z.object({ resources: z.array(resourceSchema).nullish() })
type Resource = z.infer<typeof resourceSchema>

export interface TargonOptions {
  readonly apiKey: string
  readonly clock: Clock
  readonly url?: string
  /** Targon does not say what an hour costs in a unit that is documented. */
  readonly usdPerHour?: number | undefined
}

export class Targon implements PodProvider {
  readonly id = 'targon'
  readonly #api: CloudApi
  readonly #options: TargonOptions
  /** Ids by name: its list shows what was ordered only after a while. */
  readonly #ordered = new Map<string, string>()

  constructor(options: TargonOptions) {
    const { apiKey, clock, url: base = TARGON_URL } = options
    this.#options = options
    this.#api = new CloudApi({ provider: this.id, base, clock, credentials: bearer(apiKey) })
  }

  async deploy({ name, image, port, env, args, resource }: PodRequest, signal: AbortSignal): Promise<{ name: string }> {
    const scale = { min_replicas: 1, max_replicas: 1 }
    const body = {
      name,
      container: {
        image,
        ...(args === undefined ? {} : { args }),
        env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
      },
      resource_name: resource ?? RESOURCE,
      scaling: { ...scale, container_concurrency: CONCURRENCY, target_concurrency: CONCURRENCY },
      network: { port: { port }, visibility: 'external' },
    }
    const answer = await this.#api.json({ method: 'POST', path: '/serverless', body, signal, repeatable: false })
    this.#ordered.set(name, understood(this.id, createdSchema, answer).serverless_uid)
    return { name }
  }

  async find(name: string, signal: AbortSignal): Promise<PodView | undefined> {
    const found = (await this.#resources(signal)).find((each) => each.name === name)
    return found && viewOf(found)
  }

  async list(signal: AbortSignal): Promise<readonly PodView[]> {
    return (await this.#resources(signal)).map(viewOf)
  }

  /** Server-sent events; what is no `data` of theirs is left out. */
  async logs(name: string, signal: AbortSignal): Promise<string> {
    const found = (await this.#resources(signal)).find((each) => each.name === name)
    if (found === undefined) return ''
    const body = { serverless_uid: found.uid, follow: false }
    const path = '/serverless/logs'
    const { status, text } = await this.#api.call({ method: 'POST', path, body, signal, repeatable: true })
    if (status === 404) return ''
    const lines = text.split('\n').filter((line) => line.startsWith('data:'))
    return lines.map((line) => line.slice(5).trim()).join('\n')
  }

  async stop(name: string, signal: AbortSignal): Promise<void> {
    const listed = (await this.#resources(signal)).filter((each) => each.name === name).map(({ uid }) => uid)
    const ordered = this.#ordered.get(name)
    for (const uid of new Set([...listed, ...(ordered === undefined ? [] : [ordered])])) {
      const path = `/serverless/${encodeURIComponent(uid)}`
      await this.#api.call({ method: 'DELETE', path, signal, repeatable: true })
    }
    this.#ordered.delete(name)
  }

  async cost(name: string, signal: AbortSignal): Promise<PodCost | undefined> {
    const view = await this.find(name, signal)
    const { clock, usdPerHour } = this.#options
    return view && costSince(view.createdAt ?? clock.now(), clock.now(), usdPerHour)
  }

  async #resources(signal: AbortSignal): Promise<Resource[]> {
    const body = { active_only: true }
    const answer = await this.#api.json({ method: 'POST', path: '/serverless/list', body, signal, repeatable: true })
    const { resources } = understood(this.id, listSchema, answer)
    return (resources ?? []).filter((each) => !('deleted' in each))
  }
}

/** What is listed runs, or is about to: there is no word about its state. */
function viewOf({ uid, name, url, created_at }: Resource): PodView {
  const createdAt = dateOf(created_at)
  return {
    name,
    state: 'running',
    url: (url || `https://${uid}.serverless.targon.com`).replace(/\/+$/, ''),
    ...(createdAt && { createdAt }),
  }
}
