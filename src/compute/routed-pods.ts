// Images of this machine run on it, all others where containers run.
import type { CloudPods } from './cloud-pods.ts'
import type { LocalPods } from './local-pods.ts'
import type { Contract, PodOwner, PodStart, Pods, Reaped } from './pods.ts'

export class RoutedPods implements Pods {
  readonly id: string
  readonly #local: LocalPods | undefined
  readonly #cloud: CloudPods

  /** @param local absent: images of this machine run nowhere */
  constructor(cloud: CloudPods, local?: LocalPods) {
    this.#cloud = cloud
    this.#local = local
    this.id = local === undefined ? cloud.id : `${cloud.id},${local.id}`
  }

  /** @throws `aborted` */
  async start(
    image: string,
    name: string,
    signal: AbortSignal,
    owner?: PodOwner,
    contract?: Contract,
  ): Promise<PodStart> {
    if (!image.startsWith('local:')) return this.#cloud.start(image, name, signal, owner, contract)
    if (this.#local !== undefined) return this.#local.start(image, name, signal, owner, contract)
    const detail = `${image} is code of this machine: add "local" to pods.providers in roundkeeper.json`
    return { ok: false, fault: 'infrastructure', detail }
  }

  /** @throws `aborted` */
  reap(owner: PodOwner, signal: AbortSignal): Promise<Reaped> {
    return this.#cloud.reap(owner, signal)
  }
}
