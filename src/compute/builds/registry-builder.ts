import { RoundkeeperError } from '../../errors.ts'
import type { Builder, BuildResult, BuildSource } from '../builder.ts'
import { printable } from '../printable.ts'
import { imageNameOf, isMinersPlace, parseReference } from './image-reference.ts'
import { PLATFORM_NAME } from './manifest.ts'
import type { RegistryClient } from './registry-client.ts'
import { gigabytes, resolveImage } from './resolve-image.ts'

export interface RegistryBuilderOptions {
  readonly client: RegistryClient
  /** `ghcr.io/owner/images/{hotkey10}:{tag}`; with `{repo}` and `{commit}` the place is the miner's own. */
  readonly imageFormat: string
  /** Of all layers together. */
  readonly maxImageBytes: number
}

const MAX_DETAIL = 300

/** Builds nothing: finds the image that others have built in a registry, and pins it by its digest. */
export class RegistryBuilder implements Builder {
  readonly #options: RegistryBuilderOptions

  constructor(options: RegistryBuilderOptions) {
    this.#options = options
  }

  /** @throws `unavailable`, `refused`, `unauthorised` when the registry cannot be asked: no failure of the miner's */
  async build(source: BuildSource, signal: AbortSignal): Promise<BuildResult> {
    const { client, imageFormat, maxImageBytes } = this.#options
    const image = imageNameOf(imageFormat, source)
    const reference = parseReference(image)
    if (reference === undefined)
      return { status: 'failure', image: null, detail: `no image can be called ${printable(image, MAX_DETAIL)}` }
    const found = await resolveImage(client, reference, maxImageBytes, signal)
    if (found.ok) {
      const detail = `${gigabytes(found.bytes)} for ${PLATFORM_NAME}`
      return { status: 'success', image, digest: found.digest, detail }
    }
    const detail = printable(`${image}: ${found.detail}`, MAX_DETAIL)
    if (found.fault === 'image') return { status: 'failure', image: null, detail }
    // Registries do not say whether what they keep from us is there: in a place of the miner's, to open it is up to the miner.
    if (found.fault === 'missing' || isMinersPlace(imageFormat)) return { status: 'not_found', image: null, detail }
    throw new RoundkeeperError('unauthorised', 'the registry lets us see no image', {
      where: image,
      hint: 'Set ROUNDKEEPER_REGISTRY_USERNAME and ROUNDKEEPER_REGISTRY_PASSWORD, or make the images public.',
      retryable: true,
    })
  }
}
