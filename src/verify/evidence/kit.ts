import type { Judge } from '../../judge/judge.ts'
import type { CanaryPictures } from '../../media/canary-pictures.ts'
import type { ImageDistance } from '../../media/image-distance.ts'
import type { Renderer } from '../../media/renderer.ts'
import type { ObjectSource } from '../../store/source/object-source.ts'
import type { Tally } from './examination.ts'
import type { Facts } from './facts.ts'
import type { Objects } from './objects.ts'

/** What it takes to look at evidence itself. */
export interface EvidencePorts {
  readonly source: ObjectSource
  readonly renderer: Renderer
  readonly distance: ImageDistance
  readonly judge: Judge
  readonly canaryPictures: CanaryPictures
  /** Digest of the raw pixels of a picture, as `pixels_sha256` is. @throws `refused` for what is no picture */
  pixelsOf(png: Uint8Array): Promise<string>
}

/** What one look at the evidence goes on with. */
export interface Kit {
  readonly ports: EvidencePorts
  readonly objects: Objects
  readonly facts: Facts
  readonly signal: AbortSignal
  readonly previews: Tally
  readonly distances: Tally
  readonly verdicts: Tally
}

/** Limits on what is fetched. A model's is the operator's, up to this. */
export const MAX_MODEL_BYTES = 2 ** 30
export const MAX_PICTURE_BYTES = 64 * 2 ** 20
export const MAX_TRANSCRIPT_BYTES = 16 * 2 ** 20
