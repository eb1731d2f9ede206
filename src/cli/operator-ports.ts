/** The ports of a competition's format as settings name them: all that work needs, and no repository and no chain. */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { CloudPods } from '../compute/cloud-pods.ts'
import { LocalPods } from '../compute/local-pods.ts'
import type { Clock } from '../engine/clock.ts'
import type { Ports } from '../formats/generation-3d/index.ts'
import { HttpDownloader } from '../media/http-downloader.ts'
import { PixelCanaryPictures } from '../media/pixel-canary-pictures.ts'
import { crewOf } from './audits-settings.ts'
import { operatorBuilds } from './operator-builds.ts'
import { operatorJudge } from './operator-judge.ts'
import { operatorDistance, operatorRenderer, placesIn } from './operator-media.ts'
import { type OperatorPods, operatorPods } from './operator-pods.ts'
import type { OperatorSettings } from './operator-settings.ts'
import { operatorStore } from './operator-store.ts'

export interface OpenPorts extends AsyncDisposable {
  readonly ports: Ports
  /** Where containers run, if anywhere. */
  readonly cloud: CloudPods | undefined
}

/** @throws for settings and credentials that will not do */
export function operatorPorts(
  root: string,
  settings: OperatorSettings,
  clock: Clock,
  { runsImages }: { readonly runsImages: boolean },
): OpenPorts {
  const local = new LocalPods({ root: join(root, settings.images), clock })
  const { pods, cloud }: OperatorPods = runsImages ? operatorPods(settings.pods, local, clock) : { pods: local }
  const objects = operatorStore(root, settings.store, clock)
  const drawing = operatorRenderer(settings.renderer, availableParallelism())
  const measuring = operatorDistance(settings.distance, placesIn(root, objects.store))
  const ports: Ports = {
    store: objects.store,
    ...(settings.store.readable && { readable: objects.store }),
    downloader: new HttpDownloader({ hosts: settings.hosts }),
    renderer: drawing.renderer,
    distance: measuring.distance,
    judge: operatorJudge(settings.judge, clock),
    secondJudge: settings.second_judge && operatorJudge(settings.second_judge, clock),
    canaryPictures: new PixelCanaryPictures(),
    builder: operatorBuilds(root, settings, clock),
    pods,
    crew: { ...crewOf(settings.audits), auditsAtOnce: settings.audits.at_once },
  }
  return {
    ports,
    cloud,
    async [Symbol.asyncDispose]() {
      await Promise.all([drawing, measuring, objects].map((each) => each[Symbol.asyncDispose]()))
    },
  }
}
