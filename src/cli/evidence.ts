/** What it takes to look at evidence, on this machine. */
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { SystemClock } from '../engine/system-clock.ts'
import { PixelCanaryPictures } from '../media/pixel-canary-pictures.ts'
import { pixelsOf } from '../media/pixels-of.ts'
import { openObjects } from '../store/source/open-objects.ts'
import { FactFile } from '../verify/evidence/facts.ts'
import type { EvidenceProgress, EvidenceRequest } from '../verify/evidence/index.ts'
import type { EvidenceOptions, FoundMedia, FoundStore } from './evidence-options.ts'
import { mediaSchema } from './media-settings.ts'
import { operatorJudge } from './operator-judge.ts'
import { operatorDistance, operatorRenderer, placesIn } from './operator-media.ts'

export type OpenEvidence = EvidenceRequest & AsyncDisposable

/** @throws `usage`, `not-found`, `unavailable` */
export async function openEvidence(
  { address, found, s3 }: FoundStore,
  media: FoundMedia | undefined,
  { rejudge, cache }: EvidenceOptions,
  progress: (progress: EvidenceProgress) => void,
): Promise<OpenEvidence> {
  const source = await openObjects(address, s3)
  const { renderer, distance, judge } = media?.settings ?? mediaSchema.parse({})
  const drawing = operatorRenderer(renderer, availableParallelism())
  const measuring = operatorDistance(distance, placesIn(media?.root ?? process.cwd()))
  return {
    source,
    found,
    renderer: drawing.renderer,
    distance: measuring.distance,
    judge: operatorJudge(judge, new SystemClock()),
    canaryPictures: new PixelCanaryPictures(),
    pixelsOf,
    progress,
    ...(rejudge === undefined ? {} : { rejudge }),
    ...(cache === undefined ? {} : { facts: await FactFile.open(resolve(cache)) }),
    async [Symbol.asyncDispose]() {
      await drawing[Symbol.asyncDispose]()
      await measuring[Symbol.asyncDispose]()
      await source[Symbol.asyncDispose]()
    },
  }
}
