/** What it takes to look at evidence, on this machine. */
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { OfflineJudge } from '../judge/offline-judge.ts'
import { ClassicalDistance, promptDistance } from '../media/classical-distance.ts'
import { pixelsOf } from '../media/pixels-of.ts'
import { WorkerRenderer } from '../media/worker-renderer.ts'
import { openObjects } from '../store/source/open-objects.ts'
import { FactFile } from '../verify/evidence/facts.ts'
import type { EvidenceProgress, EvidenceRequest } from '../verify/evidence/index.ts'
import type { EvidenceOptions, FoundStore } from './evidence-options.ts'

export type OpenEvidence = EvidenceRequest & AsyncDisposable

/** @throws `usage`, `not-found`, `unavailable` */
export async function openEvidence(
  { address, found, s3 }: FoundStore,
  { rejudge, cache }: EvidenceOptions,
  progress: (progress: EvidenceProgress) => void,
): Promise<OpenEvidence> {
  const source = await openObjects(address, s3)
  const renderer = new WorkerRenderer({ workers: availableParallelism() })
  return {
    source,
    found,
    renderer,
    distance: new ClassicalDistance(),
    // The one that there is; an operator's settings name no other.
    judge: new OfflineJudge({ distance: promptDistance }),
    pixelsOf,
    progress,
    ...(rejudge === undefined ? {} : { rejudge }),
    ...(cache === undefined ? {} : { facts: await FactFile.open(resolve(cache)) }),
    async [Symbol.asyncDispose]() {
      await renderer.close()
      await source[Symbol.asyncDispose]()
    },
  }
}
