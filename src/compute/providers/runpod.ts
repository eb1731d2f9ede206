// RunPod's pods, REST API v1. It has no labels, no lifetime, and no way to close egress.
import { z } from 'zod'
import type { Clock } from '../../engine/clock.ts'
import type { PodCost, PodProvider, PodRequest, PodState, PodView } from '../pod-provider.ts'
import { costSince, dateOf, understood } from './answers.ts'
import { bearer, CloudApi } from './cloud-api.ts'

export const RUNPOD_URL = 'https://rest.runpod.io/v1'
const GPU = 'NVIDIA H200'
const DISK_GB = 500

const podSchema = z.object({
  id: z.string().min(1),
  name: z.string().nullish(),
  desiredStatus: z.string().nullish(),
  createdAt: z.string().nullish(),
  lastStartedAt: z.string().nullish(),
  ports: z.array(z.string()).nullish(),
  /** A number, or one as a text: the documentation has both. */
  costPerHr: z.union([z.number(), z.string()]).nullish(),
})
const pods = z.array(podSchema)
const listSchema = z.union([
  pods,
  z.object({ pods }).transform((answer) => answer.pods),
  z.object({ items: pods }).transform((answer) => answer.items),
])
type RunPodPod = z.infer<typeof podSchema>

/** What RunPod wants the pod to be; whether the container in it lives, it does not say. */
const states: Readonly<Record<string, PodState>> = { RUNNING: 'running', EXITED: 'ended', TERMINATED: 'ended' }

export interface RunPodOptions {
  readonly apiKey: string
  readonly clock: Clock
  readonly url?: string
  /** The address of a pod's port; RunPod's proxy where absent. */
  readonly addressOf?: (id: string, port: number) => string
}

const proxy = (id: string, port: number) => `https://${id}-${port}.proxy.runpod.net`

export class RunPod implements PodProvider {
  readonly id = 'runpod'
  readonly #api: CloudApi
  readonly #clock: Clock
  readonly #addressOf: (id: string, port: number) => string
  /** Ids by name: its list may show what was ordered only after a while. */
  readonly #ordered = new Map<string, string>()

  constructor({ apiKey, clock, url: base = RUNPOD_URL, addressOf = proxy }: RunPodOptions) {
    this.#clock = clock
    this.#addressOf = addressOf
    this.#api = new CloudApi({ provider: this.id, base, clock, credentials: bearer(apiKey) })
  }

  async deploy({ name, image, port, env, args, resource }: PodRequest, signal: AbortSignal): Promise<{ name: string }> {
    const body = {
      ...{ name, imageName: image, env, ports: [`${port}/http`] },
      ...{ gpuTypeIds: [resource ?? GPU], gpuCount: 1, cloudType: 'SECURE', supportPublicIp: true },
      ...{ containerDiskInGb: DISK_GB, volumeInGb: 0 },
      ...(args === undefined ? {} : { dockerStartCmd: args }),
    }
    const answer = await this.#api.json({ method: 'POST', path: '/pods', body, signal, repeatable: false })
    this.#ordered.set(name, understood(this.id, podSchema, answer).id)
    return { name }
  }

  async find(name: string, signal: AbortSignal): Promise<PodView | undefined> {
    return (await this.list(signal)).find((each) => each.name === name)
  }

  async list(signal: AbortSignal): Promise<readonly PodView[]> {
    return (await this.#pods(signal)).map((pod) => this.#viewOf(pod))
  }

  /** Its API has no call for them. */
  async logs(): Promise<string> {
    return ''
  }

  async stop(name: string, signal: AbortSignal): Promise<void> {
    const listed = (await this.#pods(signal)).filter((each) => each.name === name).map(({ id }) => id)
    const ordered = this.#ordered.get(name)
    for (const id of new Set([...listed, ...(ordered === undefined ? [] : [ordered])])) {
      await this.#api.call({ method: 'DELETE', path: `/pods/${encodeURIComponent(id)}`, signal, repeatable: true })
    }
    this.#ordered.delete(name)
  }

  async cost(name: string, signal: AbortSignal): Promise<PodCost | undefined> {
    const pod = (await this.#pods(signal)).find((each) => each.name === name)
    const now = this.#clock.now()
    return pod && costSince(startOf(pod) ?? now, now, pod.costPerHr == null ? undefined : Number(pod.costPerHr))
  }

  async #pods(signal: AbortSignal): Promise<RunPodPod[]> {
    const answer = await this.#api.json({ method: 'GET', path: '/pods', signal, repeatable: true })
    return understood(this.id, listSchema, answer)
  }

  #viewOf(pod: RunPodPod): PodView {
    const port = Number(/^(\d+)\/http$/.exec(pod.ports?.find((each) => each.endsWith('/http')) ?? '')?.[1] ?? 10_006)
    const createdAt = startOf(pod)
    const status = pod.desiredStatus ?? ''
    return {
      name: pod.name ?? '',
      state: states[status] ?? 'starting',
      url: this.#addressOf(pod.id, port),
      detail: `desired status ${status || 'unknown'}`,
      ...(createdAt && { createdAt }),
    }
  }
}

const startOf = ({ createdAt, lastStartedAt }: RunPodPod) => dateOf(createdAt) ?? dateOf(lastStartedAt)
